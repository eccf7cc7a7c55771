import { type DataSourceInstanceSettings } from '@grafana/data';
import { type DataSourceSrv, setDataSourceSrv } from '@grafana/runtime';
import { render, screen } from '@testing-library/react';
import { type PropsWithChildren } from 'react';
import { MemoryRouter } from 'react-router-dom-v5-compat';

import HomePage from './HomePage';

// Grafana fills in the frame of a page while it starts.
jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual<object>('@grafana/runtime'),
  PluginPage: ({ children }: PropsWithChildren) => <main>{children}</main>,
}));

function show(datasources: Array<{ uid: string; name: string; type: string }>) {
  setDataSourceSrv({
    getList: () => datasources as DataSourceInstanceSettings[],
  } as unknown as DataSourceSrv);
  render(
    <MemoryRouter future={{ v7_startTransition: true, v7_relativeSplatPath: true }}>
      <HomePage />
    </MemoryRouter>
  );
}

describe('HomePage', () => {
  it('links to the datasources of our type, and to no other', () => {
    show([
      { uid: 'one', name: 'Shop', type: 'flaglens-datasource' },
      { uid: 'grafana', name: '-- Grafana --', type: 'datasource' },
    ]);
    expect(screen.getByRole('link', { name: 'Shop' })).toHaveAttribute('href', '/connections/datasources/edit/one');
    expect(screen.queryByText('-- Grafana --')).not.toBeInTheDocument();
  });

  it('says what to do where there is none', () => {
    show([]);
    expect(screen.getByText(/Add it as a data source of type Flaglens/)).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Add a data source' })).toHaveAttribute(
      'href',
      '/connections/datasources/flaglens-datasource'
    );
  });

  it.each([
    ['Feature', '/d/flaglens-feature'],
    ['Existing application', '/d/flaglens-existing-application'],
    ['Import them', '/plugins/flaglens-app?page=dashboards'],
  ])('links to %s', (name, href) => {
    show([]);
    expect(screen.getByRole('link', { name })).toHaveAttribute('href', href);
  });
});
