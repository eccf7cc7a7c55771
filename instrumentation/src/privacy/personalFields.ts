/** Words that name a person's data wherever they stand in a field's name. */
const ALWAYS = new Set([
  ...['email', 'mail', 'phone', 'telephone', 'mobile', 'fax', 'msisdn', 'whatsapp'],
  ...['address', 'street', 'zip', 'zipcode', 'postcode', 'latitude', 'longitude', 'geolocation'],
  ...['ssn', 'passport', 'iban', 'cvv', 'cvc', 'creditcard', 'cardnumber', 'taxid'],
  ...[
    'password',
    'passwd',
    'passphrase',
    'secret',
    'token',
    'jwt',
    'cookie',
    'authorization',
    'credential',
    'credentials',
  ],
  ...['birthday', 'birthdate', 'birth', 'dob', 'gender', 'religion', 'ethnicity', 'surname', 'username', 'nickname'],
  ...['firstname', 'lastname', 'fullname', 'displayname', 'realname', 'givenname', 'familyname', 'middlename'],
  ...['ip', 'ipaddress', 'ipv4', 'ipv6', 'imei', 'idfa', 'gaid', 'fingerprint', 'userid', 'apikey'],
]);

/** Words that name a person's data where the field's name has nothing else. */
const ALONE = new Set([
  'name',
  'user',
  'uid',
  'guid',
  'uuid',
  'card',
  'login',
  'person',
  'age',
  'tel',
  'location',
  'session',
]);

/** Pairs of neighbouring words: the first tells whose `name`, `id`, `key` or `number` it is. */
const PAIRS: Readonly<Record<string, readonly string[]>> = {
  name: [
    ...[
      'first',
      'last',
      'full',
      'middle',
      'given',
      'family',
      'maiden',
      'user',
      'customer',
      'client',
      'contact',
      'person',
    ],
    ...['display', 'real', 'nick', 'account', 'holder', 'owner', 'member', 'billing', 'shipping', 'recipient', 'legal'],
    ...['patient', 'employee', 'visitor', 'guest', 'buyer', 'subscriber', 'login', 'screen'],
  ],
  id: [
    ...[
      'user',
      'customer',
      'client',
      'account',
      'person',
      'member',
      'visitor',
      'session',
      'device',
      'patient',
      'employee',
    ],
    ...[
      'subscriber',
      'national',
      'tax',
      'advertising',
      'installation',
      'anonymous',
      'guest',
      'buyer',
      'contact',
      'tracking',
    ],
  ],
  number: ['card', 'account', 'security', 'insurance', 'passport', 'licence', 'license', 'tax', 'tel', 'cell'],
  key: ['api', 'private', 'access', 'targeting', 'auth', 'user'],
  code: ['postal', 'post', 'security', 'zip'],
  card: ['credit', 'debit', 'bank', 'payment', 'id'],
  login: ['user'],
};

/**
 * Whether a field of this name holds what says who somebody is: name, address, phone number, identifier, secret. It
 * takes camelCase, PascalCase, snake_case, kebab-case and spaces alike.
 */
export function isPersonalField(field: string): boolean {
  const words = wordsOf(field);
  if (words.length === 1 && ALONE.has(singular(words[0] ?? ''))) {
    return true;
  }
  return words.some((word, index) => {
    const own = singular(word);
    const next = singular(words[index + 1] ?? '');
    // `e-mail` and `e_mail` fall into two words, as do `first_name` and `user-id`.
    return (
      ALWAYS.has(own) || ALWAYS.has(own + next) || (Object.hasOwn(PAIRS, next) && (PAIRS[next] ?? []).includes(own))
    );
  });
}

function wordsOf(field: string): string[] {
  return field
    .slice(0, 256)
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

function singular(word: string): string {
  if (word.endsWith('sses')) {
    return word.slice(0, -2);
  }
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') && !ALWAYS.has(word) ? word.slice(0, -1) : word;
}
