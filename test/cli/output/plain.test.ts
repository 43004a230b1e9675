import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plain, shortened } from '../../../src/cli/output/plain.ts';

/** Everything that a terminal obeys, that takes no place, or that turns text around. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u200B\u2060-\u2064\uFEFF]/u;

describe('plain text', () => {
  it.each([
    { what: 'a colour', text: 'a\u001B[31mred', is: 'a [31mred' },
    { what: 'a title of the window', text: 'a\u001B]0;owned\u0007b', is: 'a ]0;owned b' },
    { what: 'an escape in one character', text: 'a\u009B2Jb', is: 'a 2Jb' },
    { what: 'several lines', text: 'one\r\ntwo\nthree', is: 'one two three' },
    { what: 'other ends of lines', text: 'one\u2028two\u2029three\u0085four', is: 'one two three four' },
    { what: 'a tabulator', text: 'one\ttwo', is: 'one two' },
    { what: 'characters that take others back', text: 'yes\b\b\bno\u007F', is: 'yes no' },
    { what: 'text that is turned around', text: 'a\u202Egpj.exe\u202C', is: 'a gpj.exe' },
    { what: 'text that is set apart', text: 'a\u2066b\u2069\u200F\u061C', is: 'a b' },
    { what: 'characters that nobody sees', text: 'ad\u200Bmin\uFEFF', is: 'ad min' },
    { what: 'blanks around', text: '  a b ', is: 'a b' },
    { what: 'nothing of that', text: 'Schlüssel 鍵 👩‍💻 مفتاح', is: 'Schlüssel 鍵 👩‍💻 مفتاح' },
  ])('has $what as $is', ({ text, is }) => {
    expect(plain(text)).toBe(is);
  });

  it('has nothing in it that a terminal obeys, whatever was written', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.oneof(
            fc.constantFrom(...Array.from({ length: 0xa0 }, (_, code) => String.fromCodePoint(code))),
            fc.integer({ min: 0x2000, max: 0x2070 }).map((code) => String.fromCodePoint(code)),
            fc.constantFrom('\u061C', '\uFEFF', '\u200E'),
          ),
        }),
        (text) => {
          expect(plain(text)).not.toMatch(unprintable);
        },
      ),
    );
  });
});

describe('shortened text', () => {
  it.each([
    { text: 'abcde', longest: 5, is: 'abcde' },
    { text: 'abcdef', longest: 5, is: 'abcd…' },
    // No character is cut in half.
    { text: '👍👍👍👍', longest: 3, is: '👍👍…' },
    // What is taken out is not counted.
    { text: '\u001B\u001B\u001Babcde\n\n', longest: 5, is: 'abcde' },
  ])('of $text has no more than $longest characters', ({ text, longest, is }) => {
    expect(shortened(text, longest)).toBe(is);
  });
});
