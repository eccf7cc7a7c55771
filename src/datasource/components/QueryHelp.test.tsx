import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { FlaglensDataSource } from '../datasource';
import { failure, fakeBackend } from '../testing/fakeBackend';
import { fakeInstance } from '../testing/fakes';
import { type FlaglensQuery } from '../types';
import { formatsOf } from './query/queryTypes';
import QueryHelp from './QueryHelp';

const clicked = jest.fn<unknown, [FlaglensQuery]>();

function setup(query: Partial<FlaglensQuery>, answers: Parameters<typeof fakeBackend>[0] = {}) {
  fakeBackend(answers);
  const datasource = new FlaglensDataSource(fakeInstance());
  render(<QueryHelp datasource={datasource} query={query as FlaglensQuery} onClickExample={clicked} />);
  return { user: userEvent.setup(), datasource };
}

beforeEach(() => clicked.mockReset());

describe('the help', () => {
  it('offers examples that can be run as they stand, on the flag at hand', async () => {
    const { user, datasource } = setup({ refId: 'B', flag: 'search-ranking' });
    await screen.findAllByRole('button', { name: /^Use the example/ });
    for (const button of screen.getAllByRole('button', { name: /^Use the example/ })) {
      await user.click(button);
      const [query] = clicked.mock.lastCall ?? [];
      expect(query).toMatchObject({ refId: 'B' });
      expect(query && datasource.filterQuery(query)).toBe(true);
      expect(query?.flag).toBe(query?.queryType === 'flags' ? undefined : 'search-ranking');
      expect(
        query?.format === undefined || formatsOf(query.queryType).some(({ value }) => value === query.format)
      ).toBe(true);
    }
    expect(clicked.mock.calls.length).toBeGreaterThan(5);
  });

  it('takes the first flag that there is where none is chosen', async () => {
    const { user } = setup({ refId: 'A' });
    await user.click(await screen.findByRole('button', { name: 'Use the example: Is the feature worse?' }));
    expect(clicked.mock.lastCall?.[0]).toMatchObject({ queryType: 'verdict', flag: 'checkout-v2', refId: 'A' });
  });

  it('offers nothing that the catalogue has no signal for', async () => {
    setup({ flag: 'x' }, { signals: () => ({ signals: [{ id: 'load', name: 'Load', kind: 'gauge', metric: 'x' }] }) });
    await screen.findByText('Feature over baseline');
    expect(screen.queryByText('Where do the durations lie?')).not.toBeInTheDocument();
    expect(screen.queryByText('Is the feature worse?')).not.toBeInTheDocument();
  });

  it('says why there are no examples', async () => {
    setup({}, { flags: () => ({ flags: [] }) });
    expect(await screen.findByText(/No flag is known yet/)).toBeInTheDocument();
  });

  it('says that the flags could not be read', async () => {
    setup(
      {},
      {
        flags: () => {
          throw failure(502, 'connection refused');
        },
      }
    );
    expect(await screen.findByRole('alert')).toHaveTextContent('connection refused');
  });
});
