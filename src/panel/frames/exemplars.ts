/** Reads frames of exemplars: single observations that name the trace in which they were made. */
import { type DataFrame, type Field, FieldType, textUtil } from '@grafana/data';
import { type Arm, ARMS, EXEMPLAR_COLUMNS, EXEMPLAR_REQUIRED } from '../../contract/constants.gen';
import { hasColumns, isOneOf, readRows } from './rows';

/** Where a trace can be looked at. */
export interface TraceLink {
  href: string;
  title: string;
  /** `_blank` for pages outside of Grafana. */
  target?: string;
}

/** One observation of a variant. */
export interface Exemplar {
  /** Milliseconds since the epoch. */
  time: number;
  value: number;
  flag: string;
  variant: string;
  role: Arm;
  signal: string;
  traceId: string;
  link: TraceLink | null;
  /** What else is known of it: route, status, instance. */
  labels: Record<string, string>;
}

/** The contract's frame has the id of the trace right behind time and value. */
const TRACE_FIELD = 2;

/** Every exemplar of a frame; none where it is no frame of exemplars. */
export function readExemplars(frame: DataFrame): Exemplar[] {
  const trace = frame.fields[TRACE_FIELD];
  if (frame.name !== 'exemplar' || !hasColumns(frame, EXEMPLAR_REQUIRED) || trace === undefined) {
    return [];
  }
  const text = (field: Field, index: number): string => {
    const value: unknown = field.values[index];
    return typeof value === 'string' ? value : '';
  };
  const others = frame.fields.filter(
    (field) => field !== trace && field.type === FieldType.string && !(field.name in EXEMPLAR_COLUMNS)
  );
  return readRows(frame, EXEMPLAR_COLUMNS).flatMap((row, index): Exemplar[] => {
    const { Time: time, Value: value, flag, variant, role, signal } = row;
    if (time === null || value === null || !isOneOf(ARMS, role)) {
      return [];
    }
    const labels = others.map((field) => [field.name, text(field, index)] as const).filter(([, label]) => label !== '');
    return [
      {
        time,
        value,
        flag,
        variant,
        role,
        signal,
        traceId: text(trace, index),
        link: linkOf(trace, index),
        labels: Object.fromEntries(labels),
      },
    ];
  });
}

/** The link as the host builds it; of a page it can be built here, for hosts that prepare no annotations. */
function linkOf(field: Field, index: number): TraceLink | null {
  if (field.getLinks) {
    const [link] = field.getLinks({ valueRowIndex: index });
    return link?.href ? { href: link.href, title: link.title, ...(link.target ? { target: link.target } : {}) } : null;
  }
  const [stated] = field.config.links ?? [];
  if (!stated?.url) {
    return null;
  }
  const id = encodeURIComponent(String(field.values[index]));
  // Frames also come out of snapshots, which hold what their authors put there: no `javascript:`, as the host has it.
  const href = textUtil.sanitizeUrl(stated.url.replaceAll('${__value.raw}', id));
  return { href, title: stated.title, target: '_blank' };
}
