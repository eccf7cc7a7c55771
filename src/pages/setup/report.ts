import { type DoctorResource } from '../../contract/contract.gen';

/** The checks as plain text, for a ticket or a message. */
export function reportOf({ checks, summary, checkedAt }: DoctorResource): string {
  const lines = checks.flatMap(({ title, status, detail, remedy, items, code }) => [
    `${status.toUpperCase()} ${title}: ${detail}`,
    ...items.map((item) => `  - ${item}`),
    ...(remedy ? [`  What to do: ${remedy}`] : []),
    ...(code ? code.split('\n').map((line) => `    ${line}`) : []),
  ]);
  return [`Flaglens, checked ${new Date(checkedAt).toISOString()}`, ...(summary ? [summary] : []), ...lines, ''].join(
    '\n'
  );
}
