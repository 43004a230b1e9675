import { describe, expect, it } from 'vitest';
import { hidePassword } from '../../src/shared/hidden-password.ts';
import { quoted, readSetting, readSettingIfGiven } from '../../src/shared/settings.ts';

describe('readSetting', () => {
  it.each(['on', ' on', 'on\r', 'on \r\n', '\ton', '\uFEFFon', 'on\u00A0'])('trims %j', (value) => {
    expect(readSetting({ MIGRATE: value }, 'MIGRATE')).toBe('on');
  });

  it('returns undefined for a missing setting, and an empty text for a blank one', () => {
    expect(readSetting({}, 'MIGRATE')).toBeUndefined();
    expect(readSetting({ MIGRATE: ' \r' }, 'MIGRATE')).toBe('');
    expect(readSettingIfGiven({ MIGRATE: ' \r' }, 'MIGRATE')).toBeUndefined();
  });

  it.each([
    ['./a\rb', String.raw`"./a\rb"`],
    ['./a\u0000b', String.raw`"./a\u0000b"`],
    ['./a\u007Fb', String.raw`"./a\u007fb"`],
    ['./a\u202Eb', String.raw`"./a\u202eb"`],
    ['./a\u200Bb', String.raw`"./a\u200bb"`],
    ['http://user:s3cret@host/\u0007', String.raw`"http://…@host/\u0007"`],
  ])('rejects %j and shows it as %s', (value, shown) => {
    expect(() => readSetting({ HOST: value }, 'HOST')).toThrow(
      `HOST is ${shown}: it contains a control character. Remove the character`,
    );
  });

  it('shows no part of a token', () => {
    expect(() => readSetting({ SHARK_TOKEN: 's3cret\u0007' }, 'SHARK_TOKEN')).toThrow(
      'SHARK_TOKEN contains a control character. Remove the character',
    );
  });
});

describe('hidePassword', () => {
  it.each([
    ['http://user:s3cret@host:4000/graphql', 'http://…@host:4000/graphql'],
    ['http://s3cret@host', 'http://…@host'],
    ['http://user:s3/cr@et@host', 'http://…@host'],
    ['http:user:s3cret@host', 'http:…@host'],
    [String.raw`http:\\user:s3cret@host`, 'http:…@host'],
    ['https://host/keys?key=s3cret', 'https://host/keys?…'],
    ['//user:s3cret@host', '…@host'],
  ])('hides the password in %s', (address, shown) => {
    expect(hidePassword(address)).toBe(shown);
  });

  it.each(['http://127.0.0.1:4000/graphql', 'file:./data/shark.db', 'maybe'])(
    'changes nothing in %s',
    (text) => {
      expect(hidePassword(text)).toBe(text);
      expect(quoted(text)).toBe(`'${text}'`);
    },
  );
});
