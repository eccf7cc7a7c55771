import { type DataSourceInstanceSettings } from '@grafana/data';
import { config, setBackendSrv, type BackendSrv, setDataSourceSrv, type DataSourceSrv } from '@grafana/runtime';
import { render, screen } from '@testing-library/react';
import { MemoryRouter } from 'react-router-dom';
import { of, throwError } from 'rxjs';

import { HomePage } from './HomePage';

interface Surroundings {
  datasources?: Array<{ uid: string; name: string; type: string }>;
  /** Whether Grafana has the dashboards. */
  imported?: boolean;
  role?: 'Admin' | 'Viewer';
}

function show({ datasources = [], imported = true, role = 'Admin' }: Surroundings = {}) {
  setDataSourceSrv({ getList: () => datasources as DataSourceInstanceSettings[] } as unknown as DataSourceSrv);
  setBackendSrv({
    fetch: () => (imported ? of({ data: {} }) : throwError(() => ({ status: 404, data: {}, config: {} }))),
  } as unknown as BackendSrv);
  Object.assign(config.bootData, { user: { orgRole: role } });
  render(
    <MemoryRouter future={{ v7_startTransition: true, v7_relativeSplatPath: true }}>
      <HomePage />
    </MemoryRouter>
  );
}

describe('HomePage', () => {
  it('leads from each datasource of our type to its Setup and its settings, and names no other', () => {
    show({
      datasources: [
        { uid: 'one', name: 'Shop', type: 'flaglens-datasource' },
        { uid: 'grafana', name: '-- Grafana --', type: 'datasource' },
      ],
    });
    expect(screen.getByRole('link', { name: 'Setup' })).toHaveAttribute('href', '/a/flaglens-app/setup?datasource=one');
    expect(screen.getByRole('link', { name: 'settings' })).toHaveAttribute('href', '/connections/datasources/edit/one');
    expect(screen.queryByText(/-- Grafana --/)).not.toBeInTheDocument();
  });

  it('says what to do where there is none', () => {
    show();
    expect(screen.getByText(/Setup finds out which flags and metrics it has/)).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Open Setup' })).toHaveAttribute('href', '/a/flaglens-app/setup');
    expect(screen.getByRole('button', { name: 'Add a data source by hand' })).toBeInTheDocument();
  });

  it('tells those who may not add one who can', () => {
    show({ role: 'Viewer' });
    expect(screen.getByText(/An administrator of this organization can/)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Add a data source by hand' })).not.toBeInTheDocument();
  });

  it('leads to the dashboards that are there, and offers no import of them', async () => {
    show();
    expect(await screen.findByRole('link', { name: 'Feature' })).toHaveAttribute('href', '/d/flaglens-feature');
    expect(screen.queryByRole('link', { name: /Import/ })).not.toBeInTheDocument();
  });

  it('says which dashboards are missing, and where to import them', async () => {
    show({ imported: false });
    expect(await screen.findByRole('link', { name: 'Import what is missing' })).toHaveAttribute(
      'href',
      '/plugins/flaglens-app?page=dashboards'
    );
    expect(screen.getByText(/Feature \(not imported\)/)).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: 'Feature' })).not.toBeInTheDocument();
  });
});
