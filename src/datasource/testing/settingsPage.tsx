import { type DataSourceSettings } from '@grafana/data';
import { act, configure, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';

import ConfigEditor from '../components/ConfigEditor';
import { type FlaglensSettings } from '../types';

configure({ defaultHidden: true });

type Options = DataSourceSettings<FlaglensSettings>;

/** The settings as they were last changed. */
export let saved: Options;

function options(jsonData: FlaglensSettings, changed: Partial<Options> = {}): Options {
  return {
    uid: 'flaglens',
    orgId: 1,
    name: 'Flaglens',
    type: 'flaglens-datasource',
    typeName: 'Flaglens',
    typeLogoUrl: '',
    access: 'proxy',
    url: 'http://localhost:9090',
    user: '',
    basicAuth: false,
    basicAuthUser: '',
    isDefault: false,
    jsonData,
    secureJsonFields: {},
    readOnly: false,
    withCredentials: false,
    ...changed,
  } as Options;
}

/** The settings page in a host that keeps what was changed, as Grafana does until it is saved. */
function Host({ start }: { start: Options }) {
  const [current, setCurrent] = useState(start);
  return (
    <ConfigEditor
      options={current}
      onOptionsChange={(next) => {
        saved = next;
        setCurrent(next);
      }}
    />
  );
}

/** Shows the page, without waiting for the presets. */
export function show(jsonData: FlaglensSettings = {}, changed: Partial<Options> = {}) {
  saved = options(jsonData, changed);
  render(<Host start={saved} />);
}

export async function setup(jsonData: FlaglensSettings = {}, changed: Partial<Options> = {}) {
  show(jsonData, changed);
  await screen.findByText('Latency');
  return userEvent.setup();
}

type User = Awaited<ReturnType<typeof setup>>;

export async function pick(user: User, label: string, text: string) {
  act(() => screen.getByLabelText(label).focus());
  await user.paste(text);
  await screen.findAllByRole('option');
  await user.keyboard('{Enter}');
}

export async function fillIn(user: User, label: string, text: string) {
  const input = screen.getByLabelText(label);
  await user.clear(input);
  act(() => input.focus());
  await user.paste(text);
}
