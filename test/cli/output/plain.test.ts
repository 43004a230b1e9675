import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plain, shortened } from '../../../src/cli/output/plain.ts';

/** Terminal control characters, characters without width, and characters that change the direction of text. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u200B\u2060-\u2064\uFEFF]/u;

describe('plain', () => {
  it.each([
    { what: 'a colour', text: 'a\u001B[31mred', is: 'a [31mred' },
    { what: 'a window title', text: 'a\u001B]0;owned\u0007b', is: 'a ]0;owned b' },
    { what: 'an escape sequence as one character', text: 'a\u009B2Jb', is: 'a 2Jb' },
    { what: 'several lines', text: 'one\r\ntwo\nthree', is: 'one two three' },
    { what: 'other line separators', text: 'one\u2028two\u2029three\u0085four', is: 'one two three four' },
    { what: 'a tab', text: 'one\ttwo', is: 'one two' },
    { what: 'backspaces', text: 'yes\b\b\bno\u007F', is: 'yes no' },
    { what: 'reversed text', text: 'a\u202Egpj.exe\u202C', is: 'a gpj.exe' },
    { what: 'isolated text', text: 'a\u2066b\u2069\u200F\u061C', is: 'a b' },
    { what: 'invisible characters', text: 'ad\u200Bmin\uFEFF', is: 'ad min' },
    { what: 'spaces at the ends', text: '  a b ', is: 'a b' },
    { what: 'plain text', text: 'Schlüssel 鍵 👩‍💻 مفتاح', is: 'Schlüssel 鍵 👩‍💻 مفتاح' },
  ])('formats $what as $is', ({ text, is }) => {
    expect(plain(text)).toBe(is);
  });

  it('removes all control characters, for any input', () => {
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

describe('shortened', () => {
  it.each([
    { text: 'abcde', longest: 5, is: 'abcde' },
    { text: 'abcdef', longest: 5, is: 'abcd…' },
    // No character is split.
    { text: '👍👍👍👍', longest: 3, is: '👍👍…' },
    // Removed characters do not count.
    { text: '\u001B\u001B\u001Babcde\n\n', longest: 5, is: 'abcde' },
  ])('shortens $text to $longest characters', ({ text, longest, is }) => {
    expect(shortened(text, longest)).toBe(is);
  });
});
