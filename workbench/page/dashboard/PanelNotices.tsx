import type { DataFrame, QueryResultMetaNotice } from '@grafana/data';
import { IconButton, Toggletip } from '@grafana/ui';

/** Distinct notices of an answer. */
export function noticesOf(frames: readonly DataFrame[]): QueryResultMetaNotice[] {
  const notices = frames.flatMap(({ meta }) => meta?.notices ?? []);
  return [...new Map(notices.map((notice) => [notice.text, notice])).values()];
}

/** What the datasource notes about its answer, behind an icon as Grafana shows it. */
export function PanelNotices({ notices }: { notices: QueryResultMetaNotice[] }) {
  if (notices.length === 0) {
    return null;
  }
  const serious = notices.some(({ severity }) => severity !== 'info');
  const text = (
    <ul style={{ margin: 0, paddingLeft: 16 }}>
      {notices.map(({ text: words }) => (
        <li key={words}>{words}</li>
      ))}
    </ul>
  );
  return (
    <Toggletip content={text} placement="bottom">
      <IconButton
        name={serious ? 'exclamation-triangle' : 'info-circle'}
        aria-label={`${notices.length} notices of this answer`}
        size="md"
      />
    </Toggletip>
  );
}
