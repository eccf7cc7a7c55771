import { setDataSourceSrv, setTemplateSrv } from '@grafana/runtime';
import { act, screen } from '@testing-library/react';

import { fakeBackend } from '../testing/fakeBackend';
import { FakeDatasources, fakeTemplate } from '../testing/fakes';
import { fillIn, saved, setup } from '../testing/settingsPage';

beforeEach(() => {
  setTemplateSrv(fakeTemplate());
  setDataSourceSrv(new FakeDatasources());
  fakeBackend();
});

describe('the traces', () => {
  const page = 'http://jaeger/trace/${traceId}';

  it('are found on a page or in a datasource, and are gone when nothing says where', async () => {
    const user = await setup({ traces: { datasourceUid: 'jaeger' } });
    await fillIn(user, 'Trace URL', page);
    await fillIn(user, 'Trace label', 'traceID');
    expect(saved.jsonData.traces).toEqual({ datasourceUid: 'jaeger', url: page, label: 'traceID' });
    await user.clear(screen.getByLabelText('Trace URL'));
    expect(saved.jsonData.traces).toEqual({ datasourceUid: 'jaeger', label: 'traceID' });
  });

  it('offer the datasources of tracing systems', async () => {
    const user = await setup({ traces: { label: 'trace_id' } });
    act(() => screen.getByLabelText('Trace datasource').focus());
    await user.keyboard('{ArrowDown}');
    expect((await screen.findAllByRole('option')).map(({ textContent }) => textContent)).toEqual(['Jaeger']);
    await user.keyboard('{Enter}');
    expect(saved.jsonData.traces).toEqual({ label: 'trace_id', datasourceUid: 'jaeger' });
  });

  it('leave no empty setting behind', async () => {
    const user = await setup({ traces: { url: page } });
    await user.clear(screen.getByLabelText('Trace URL'));
    expect(saved.jsonData).not.toHaveProperty('traces');
  });

  it('need an address that says where the id belongs', async () => {
    const user = await setup({ traces: { label: 'trace_id' } });
    await fillIn(user, 'Trace URL', 'http://jaeger/trace/');
    expect(screen.getByText(/Write \$\{traceId\} where the id/)).toBeInTheDocument();
  });
});
