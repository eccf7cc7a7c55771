import { isPersonalField, isPersonalText } from './personal';

test.each([
  ...['email', 'eMail', 'user_email', 'phone', 'phoneNumber', 'name', 'firstName', 'last-name', 'username', 'userId'],
  ...['user_id', 'customerID', 'session_id', 'ip', 'password', 'accessToken', 'creditCard', 'zip', 'birthday', 'age'],
])('%s is a field with personal data', (field) => expect(isPersonalField(field)).toBe(true));

test.each([
  ...['number', 'product', 'list', 'rank', 'amount', 'currency', 'page', 'className', 'passed', 'session_length'],
  ...['target', 'step', 'filename', 'magnitude', 'usage', 'shipped', 'storage', 'language'],
])('%s is not', (field) => expect(isPersonalField(field)).toBe(false));

const personal: unknown[] = [
  ...['jane.roe@example.com', 'mailto:jane%40example.com', 'write to jane＠example.com', '+49 151 2345678'],
  ...['(555) 010-9999 1', '015123456789', '0151/234.567-89', 4915123456789, '192.168.7.23', '+1 5550109'],
  ...['7f1e4c1e-9a3b-4b4e-8a55-0d1f3c2b1a00', 'eyJhbGciOiJIUzI1NiJ9.e30.x'],
];
const plain: unknown[] = [
  ...['2026-11-21', 'summer sale', '@team/part', '12.5 %', 12.123456789, 20_000_000, true, null, ''],
  ...['v1.2.3', '1,024 x 768', '€ 1234.56', '2026-11-21T10:00:00Z'],
];

test.each(personal.map((value) => ({ value })))('$value looks personal', ({ value }) => {
  expect(isPersonalText(value)).toBe(true);
});

test.each(plain.map((value) => ({ value })))('$value does not', ({ value }) => {
  expect(isPersonalText(value)).toBe(false);
});
