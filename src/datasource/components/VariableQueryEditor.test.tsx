import { setTemplateSrv } from '@grafana/runtime';
import { act, configure, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { FlaglensDataSource } from '../datasource';
import { failure, fakeBackend } from '../testing/fakeBackend';
import { fakeInstance, fakeTemplate } from '../testing/fakes';
import { type VariableQuery } from '../types';
import VariableQueryEditor from './VariableQueryEditor';

configure({ defaultHidden: true });

const changed = jest.fn<unknown, [VariableQuery]>();

async function setup(query: unknown, answers: Parameters<typeof fakeBackend>[0] = {}) {
  const requests = fakeBackend(answers);
  const { resources } = new FlaglensDataSource(fakeInstance(), fakeTemplate());
  render(<VariableQueryEditor query={query as VariableQuery} onChange={changed} resources={resources} />);
  // The choices that are asked for at once.
  await act(() => Promise.resolve());
  return { user: userEvent.setup(), requests };
}

async function pick(user: ReturnType<typeof userEvent.setup>, label: string, text: string) {
  act(() => screen.getByLabelText(new RegExp(`^${label}`)).focus());
  await user.paste(text);
  await screen.findAllByRole('option');
  await user.keyboard('{Enter}');
}

beforeEach(() => {
  changed.mockReset();
  setTemplateSrv(fakeTemplate({ flag: 'checkout-v2' }));
});

describe('VariableQueryEditor', () => {
  it('lists the variants of a flag', async () => {
    const { user } = await setup({ refId: 'A', query: 'flags()' });
    await pick(user, 'List', 'Variants');
    expect(screen.getByText('Choose the flag whose variants to list')).toBeInTheDocument();
    expect(changed).not.toHaveBeenCalled();
    await pick(user, 'Flag', 'search-ranking');
    expect(changed).toHaveBeenLastCalledWith({ refId: 'A', query: 'variants(search-ranking)' });
  });

  it("takes another variable as the flag's", async () => {
    const { user } = await setup({ refId: 'A', query: 'variants(checkout-v2)' });
    await pick(user, 'Flag', '$flag');
    expect(changed).toHaveBeenLastCalledWith({ refId: 'A', query: 'variants($flag)' });
  });

  it('lists the values of a label, of a metric if one is named', async () => {
    const { user, requests } = await setup({ refId: 'A', query: 'flags()' });
    await pick(user, 'List', 'Label values');
    await pick(user, 'Label', 'instance');
    expect(changed).toHaveBeenLastCalledWith({ refId: 'A', query: 'label_values(instance)' });
    await pick(user, 'Metric', 'orders_total');
    expect(changed).toHaveBeenLastCalledWith({ refId: 'A', query: 'label_values(orders_total, instance)' });
    expect(requests.filter(({ url }) => url.endsWith('/labels')).at(-1)?.params).toEqual({ metric: 'orders_total' });
  });

  it('reads the text of a provisioned dashboard', async () => {
    await setup('variants(checkout-v2)');
    expect(screen.getByText('Variants')).toBeInTheDocument();
    expect(screen.getByText('checkout-v2')).toBeInTheDocument();
  });

  it('says what it cannot read', async () => {
    await setup('rates()');
    expect(screen.getByText(/There is no rates\(\)/)).toBeInTheDocument();
  });

  it('says why the choices are missing; one can still type', async () => {
    const { user } = await setup('variants(a)', {
      flags: () => {
        throw failure(401, 'check credentials');
      },
    });
    expect(await screen.findByText(/The flags could not be loaded: check credentials/)).toBeInTheDocument();
    await pick(user, 'Flag', 'other');
    expect(changed).toHaveBeenLastCalledWith({ refId: undefined, query: 'variants(other)' });
  });
});
