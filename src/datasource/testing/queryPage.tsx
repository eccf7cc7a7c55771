import { type BackendSrvRequest } from '@grafana/runtime';
import { act, configure, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';

import QueryEditor from '../components/QueryEditor';
import { FlaglensDataSource } from '../datasource';
import { type FlaglensQuery } from '../types';
import { fakeBackend } from './fakeBackend';
import { fakeInstance } from './fakes';

// Looking at the computed style of every ancestor takes most of these tests' time.
configure({ defaultHidden: true });

export const ran = jest.fn<unknown, []>();
export const changed = jest.fn<unknown, [FlaglensQuery]>();
export let requests: BackendSrvRequest[];

/** The editor in a host that keeps the query, as Grafana does. */
function Host({ start }: { start: Partial<FlaglensQuery> }) {
  const [datasource] = useState(() => new FlaglensDataSource(fakeInstance()));
  const [query, setQuery] = useState<FlaglensQuery>({ refId: 'A', ...start } as FlaglensQuery);
  return (
    <QueryEditor
      datasource={datasource}
      query={query}
      onChange={(next) => {
        changed(next);
        setQuery(next);
      }}
      onRunQuery={ran}
    />
  );
}

export function lastQuery(): FlaglensQuery {
  const [query] = changed.mock.lastCall ?? [];
  if (query === undefined) {
    throw new Error('the query was not changed');
  }
  return query;
}

export function setup(
  start: Partial<FlaglensQuery> = {},
  answers: Parameters<typeof fakeBackend>[0] = {},
  unfolded = ['Options', 'PromQL']
) {
  requests = fakeBackend(answers);
  render(<Host start={start} />);
  for (const name of unfolded) {
    act(() => screen.getByRole('button', { name, expanded: false }).click());
  }
  return userEvent.setup();
}

export async function typeInto(user: ReturnType<typeof userEvent.setup>, label: string, text: string) {
  act(() => screen.getByLabelText(label).focus());
  await user.paste(text);
}

/** Picks in a select with the keyboard alone. */
export async function pick(user: ReturnType<typeof userEvent.setup>, label: string, text: string) {
  await typeInto(user, label, text);
  await screen.findByRole('option', { name: new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) });
  await user.keyboard('{Enter}');
}

export const complete: Partial<FlaglensQuery> = { queryType: 'compare', flag: 'checkout-v2', signals: ['latency'] };
