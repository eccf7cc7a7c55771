import fc from 'fast-check';
import { describeFailure } from './describeFailure';
import { findPersonalData } from './findPersonalData';
import { isPersonalField } from './personalFields';
import { isCardNumber, looksPersonal } from './personalText';
import { inSample, Pseudonyms } from './Pseudonyms';
import { UsageError } from './UsageError';

describe('fields', () => {
  it.each([
    ...[
      'email',
      'e-mail',
      'eMail',
      'userEmail',
      'contact_emails',
      'EMAIL_ADDRESS',
      'mail',
      'phone',
      'phoneNumber',
      'tel',
    ],
    ...['name', 'firstName', 'last-name', 'full_name', 'customerName', 'username', 'userName', 'nickname', 'surname'],
    ...['address', 'billingAddress', 'street', 'zip', 'postal_code', 'ip', 'ipAddress', 'client_ip', 'remoteIP', 'ssn'],
    ...['card', 'cardNumber', 'credit-card', 'iban', 'cvv', 'password', 'PASSWD', 'apiKey', 'token', 'accessToken'],
    ...[
      'birthDate',
      'date_of_birth',
      'dob',
      'userId',
      'user_id',
      'customer-id',
      'sessionId',
      'targetingKey',
      'uuid',
      'age',
    ],
  ])('%s is personal', (field) => {
    expect(isPersonalField(field)).toBe(true);
  });

  it.each([
    ...[
      'plan',
      'product_name',
      'file_name',
      'amount',
      'currency',
      'orderId',
      'duration',
      'page',
      'button',
      'scope',
      'stage',
    ],
    ...[
      'shipping_method',
      'description',
      'recipe',
      'zipped',
      'message',
      'cartSize',
      'discard',
      'usage',
      'tokenizer',
      'class',
    ],
  ])('%s is not', (field) => {
    expect(isPersonalField(field)).toBe(false);
  });
});

describe('texts', () => {
  it.each([
    ...['ada@example.org', 'x: ada.l+tag@mail.example.co.uk!', 'ada%40example.org', 'ada @ example.org', 'mailto:a@b'],
    ...[
      '+44 20 7946 0958',
      '+15551234567',
      '(415) 555-2671',
      '415-555-2671',
      '415.555.2671',
      '0049 30 901820',
      '555-2671',
    ],
    ...['4111 1111 1111 1111', '5500-0000-0000-0004', '078-05-1120', '192.168.0.17', '10.0.0.1:8080', '2001:db8::1'],
    ...['someone(at)example.org', 'someone[at]example.org', 'someone&#64;example.org', 'some＠one.com'],
    ...['DE89370400440532013000', 'xDE89370400440532013000', 'GB82WEST12345698765432', 'de89 3704 0044 0532 0130 00'],
    ...[
      'user123456789',
      'id_4915112345678',
      'customer-12345678',
      '/users/12345/profile',
      'x4111111111111111',
      'uid 99123',
    ],
    ...[
      '１５１１２３４５６７８',
      '４１１１ １１１１ １１１１ １１１１',
      '٠١٢٣٤٥٦٧٨٩'.normalize('NFKC') + ' +4915112345678',
    ],
    ...[
      'cus_NffrFeUfNV2Hib',
      '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      'AB123456C',
      'glpat-xxxxxxxxxxxxxxxxxxxx',
      'xoxb-1234-abcd',
    ],
    ...['AIzaSyA-1234567890abcdefghijklmnopqrstuv', 'github_pat_11ABCDEFG0abcdefghij', 'sk-abcdefghij1234567890'],
    ...['[fe80::1%eth0]', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc', 'Bearer abcdefghij', 'sk_live_4eC39HqLyjW'],
    ...[
      '6f1d5a9e-0c8b-4f3e-9a44-1f2d3c4b5a69',
      '{"name":"Ada"}',
      'name=Ada',
      'a=1&email=x',
      '{"user":{"firstName":"Ada"}}',
    ],
  ])('%s is personal', (text) => {
    expect(looksPersonal(text)).toBe(true);
  });

  it.each([
    ...[
      'on',
      'off',
      'new-ranking',
      'v2.14.0',
      '1.2.3',
      '20',
      '0.25',
      '0.123456789012',
      '12345678',
      '2026-11-21',
      'true',
    ],
    ...[
      '2026-11-21T10:30',
      '10:30:45',
      '@team/part',
      'GET /products/:id',
      '{"color":"red","size":4}',
      'a, b, c',
      '-1',
      '',
    ],
    ...[
      'user-segment-2',
      'client-2024',
      'sub_title',
      'card_layout_new',
      'npm_install',
      'sk-SK',
      'build-20261121',
      '１２３',
    ],
    ...['0.1234567890123', '12.345678901234', 'CHECKOUT-REDESIGN-VARIANT-B', 'v1.1234567890'],
    ...['checkout v2 (50 %)', '100.000', 'EUR', 'n/a', 'std::vector', '1-2-3', 'über-neu', '404'],
  ])('%s is not', (text) => {
    expect(looksPersonal(text)).toBe(false);
  });

  it('knows card numbers by their check digit', () => {
    expect(isCardNumber('4111111111111111')).toBe(true);
    expect(isCardNumber('4111111111111112')).toBe(false);
    expect(isCardNumber('1732184000000')).toBe(false);
    expect(findPersonalData({ value: 4111111111111111 })).toBe('personal_data');
  });

  it('finds every address that fast-check makes, wherever it stands', () => {
    fc.assert(
      fc.property(fc.emailAddress(), fc.lorem(), (address, words) => {
        expect(looksPersonal(`${words} ${address} ${words}`)).toBe(true);
      })
    );
    fc.assert(fc.property(fc.ipV4(), (address) => expect(looksPersonal(`from ${address}.`)).toBe(true)));
    fc.assert(fc.property(fc.uuid(), (id) => expect(looksPersonal(id)).toBe(true)));
    fc.assert(
      fc.property(
        fc.ipV6().filter((address) => address !== '::' && !address.includes('.')),
        (address) => expect(looksPersonal(`from ${address} to`)).toBe(true)
      )
    );
  });

  it('takes a bounded time for any text', () => {
    const texts = [
      '1 '.repeat(500_000),
      'a'.repeat(1_000_000),
      '1.'.repeat(500_000),
      'a:'.repeat(500_000),
      '@ '.repeat(500_000),
    ];
    const before = performance.now();
    for (const text of texts) {
      looksPersonal(text);
    }
    expect(performance.now() - before).toBeLessThan(500);
  });
});

describe('properties', () => {
  it.each([
    ['nested', { a: { b: [{ c: 'ada@example.org' }] } }, 'personal_data'],
    ['a field in a list', { a: [{ phone: 1 }] }, 'personal_data'],
    ['a key that is an address', { 'ada@example.org': 1 }, 'personal_data'],
    ['a bigint', { a: 4111111111111111n }, 'personal_data'],
    ['too deep', { a: { b: { c: { d: { e: 1 } } } } }, 'too_large'],
    ['too many', { a: Array.from({ length: 300 }, () => 1) }, 'too_large'],
    ['too long', { a: 'x'.repeat(2000) }, 'too_large'],
    ['bytes', { a: Buffer.from('ada@example.org') }, 'too_large'],
    ['a map', { a: new Map([['email', 'x']]) }, 'too_large'],
    ['a cycle', cycle(), 'too_large'],
    ['harmless', { plan: 'free', seats: 3, ok: true, none: null, at: new Date(), tags: ['a', 'b'] }, undefined],
  ] as const)('%s', (_name, properties, refusal) => {
    expect(findPersonalData(properties)).toBe(refusal);
  });
});

it('does not walk through a list that is too long anyway', () => {
  const list = new Proxy(
    Array.from({ length: 1000 }, () => 1),
    {
      ownKeys: () => {
        throw new Error('all indices were made texts');
      },
    }
  );
  expect(findPersonalData({ list })).toBe('too_large');
});

describe('pseudonyms', () => {
  it('are the same with the same key, differ without, and hold nothing of the identifier', () => {
    expect(new Pseudonyms('k').of('ada')).toBe(new Pseudonyms('k').of('ada'));
    expect(new Pseudonyms('k').of('ada')).not.toBe(new Pseudonyms('l').of('ada'));
    expect(new Pseudonyms().of('ada')).not.toBe(new Pseudonyms().of('ada'));
    expect(new Pseudonyms('k').of('ada')).toMatch(/^[\w-]{16}$/);
    expect(new Pseudonyms().of('')).toBeUndefined();
    expect(new Pseudonyms().of('x'.repeat(1_000_000))).toBeUndefined();
    expect(new Pseudonyms('k').of(7)).toBe(new Pseudonyms('k').of('7'));
    for (const none of [null, undefined, NaN, {}, Promise.resolve('ada'), Symbol('ada'), Object.create(null)]) {
      expect(new Pseudonyms().of(none)).toBeUndefined();
    }
  });

  it('are HMAC-SHA-256: test case 2 of RFC 4231, cut to 96 bits', () => {
    expect(new Pseudonyms('Jefe').of('what do ya want for nothing?')).toBe(
      Buffer.from('5bdcc146bf60754e6a042426', 'hex').toString('base64url')
    );
  });

  it('belong to a sample of the size that is asked for', () => {
    const pseudonyms = new Pseudonyms('k');
    const drawn = Array.from({ length: 10_000 }, (_, id) => pseudonyms.of(id) ?? '').filter((user) =>
      inSample(user, 0.3)
    );
    // Binomial: the standard deviation is sqrt(10,000 * 0.3 * 0.7) = 46.
    expect(Math.abs(drawn.length - 3000)).toBeLessThan(4 * 46);
  });
});

describe('failures in words', () => {
  const boom = (message: string) => new TypeError(message);

  it.each([
    ['a message', boom('ada@example.org')],
    ['a message of several lines', boom('no\n    at ada@example.org (x:1:2)\n    at b')],
    ['a text', 'ada@example.org'],
    ['an object', { toString: (): string => 'ada@example.org' }],
    ['misuse', new UsageError('the label "ada@example.org" is not known')],
    [
      'an unreadable error',
      new Proxy(boom('x'), {
        get: () => {
          throw boom('ada@example.org');
        },
      }),
    ],
  ])('hold no %s', (_name, error) => {
    expect(describeFailure(error)).not.toContain('ada');
  });

  it('say what misuse it was, and else where', () => {
    expect(describeFailure(new UsageError('the label "x" is not known'))).toBe('the label "x" is not known');
    expect(describeFailure(boom('no'))).toMatch(/^TypeError at .*personal\.test\.ts:\d+:\d+/);
  });
});

function cycle(): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  value.self = value;
  return value;
}
