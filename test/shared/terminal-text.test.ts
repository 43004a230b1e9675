import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plain, printable, shortened, withEscapes } from '../../src/shared/terminal-text.ts';

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
    { what: 'a soft hyphen and a grapheme joiner', text: 'ad\u00ADmi\u034Fn', is: 'ad mi n' },
    { what: 'tags', text: 'admin\u{E0020}\u{E0041}\u{E007F}', is: 'admin' },
    { what: 'a vowel separator and fillers', text: 'a\u180Eb\u3164c\u{1D173}', is: 'a b c' },
    { what: 'joiners between Latin letters', text: 'ad\u200Dm\u200Cin\u200D', is: 'ad m in' },
    { what: 'joiners without neighbours', text: '\u200D\u200D鍵', is: '鍵' },
    {
      what: 'variation selectors that select nothing',
      text: 'ad\uFE0Fmin 👍\uFE0F\uFE0F',
      is: 'ad min 👍\uFE0F',
    },
    { what: 'emoji of several characters', text: '👩🏽‍❤️‍💋‍👨🏻 🏳️‍🌈 1️⃣ ☺︎', is: '👩🏽‍❤️‍💋‍👨🏻 🏳️‍🌈 1️⃣ ☺︎' },
    { what: 'words with joiners', text: 'می‌خواهم क्‍ष 葛󠄀', is: 'می‌خواهم क्‍ष 葛󠄀' },
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

describe('printable', () => {
  it('keeps the lines of a text, and nothing else that moves the cursor', () => {
    expect(printable('one\n  two\t\u001B[2Jthree\r\n')).toBe('one\n  two [2Jthree \n');
  });

  it('keeps only the sequences that the caller allows', () => {
    const isRed = (sequence: string) => sequence === '\u001B[31m';
    expect(printable('\u001B[31mred\u001B[32m\u001B[31', isRed)).toBe('\u001B[31mred [32m [31');
  });
});

describe('withEscapes', () => {
  it('escapes each half of a surrogate pair, as in JSON', () => {
    const text = 'a\u{E0041}\u009Bb 👩‍💻';
    expect(withEscapes(text)).toBe(String.raw`a\udb40\udc41\u009bb 👩‍💻`);
    expect(JSON.parse(`"${withEscapes(text)}"`)).toBe(text);
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
