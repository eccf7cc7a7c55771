import { setTemplateSrv } from '@grafana/runtime';
import { screen } from '@testing-library/react';

import { fakeTemplate } from '../testing/fakes';
import { changed, lastQuery, pick, ran, setup, typeInto } from '../testing/queryPage';

beforeEach(() => {
  ran.mockReset();
  changed.mockReset();
  setTemplateSrv(fakeTemplate({ flag: 'checkout-v2' }));
});

describe('what only some types ask', () => {
  it('asks for a verdict since a time, by other margins, with another alpha and profile', async () => {
    const user = setup({ queryType: 'verdict', flag: 'checkout-v2', signals: ['errors'] });
    await pick(user, 'Since', '1763726700000');
    expect(lastQuery().since).toBe(1_763_726_700_000);
    await pick(user, 'Profile', 'Brisk');
    expect(lastQuery().profile).toBe('brisk');

    await typeInto(user, 'Alpha', '0.05');
    await user.tab();
    expect(lastQuery().alpha).toBe(0.05);
    await screen.findByLabelText('Relative margin of Errors');
    await typeInto(user, 'Relative margin of Errors', '20');
    await user.tab();
    expect(lastQuery().margins).toEqual({ errors: { relative: 0.2 } });

    await user.clear(screen.getByLabelText('Relative margin of Errors'));
    await user.tab();
    expect(lastQuery().margins).toBeUndefined();
    expect(screen.queryByLabelText('Group by')).not.toBeInTheDocument();
  });

  it('says what is wrong with a time, and leaves the query as it was', async () => {
    const user = setup({ queryType: 'verdict', flag: 'checkout-v2', signals: ['errors'] });
    await pick(user, 'Since', 'noonish');
    expect(screen.getByText(/"noonish" is no time/)).toBeInTheDocument();
    expect(changed).not.toHaveBeenCalled();
  });

  it('takes one number of a verdict for an alert rule', async () => {
    const user = setup({ queryType: 'verdict', flag: 'checkout-v2', signals: ['errors'], format: 'alert' });
    await pick(user, 'Number', 'Lower');
    await pick(user, 'Number', 'Difference');
    expect(lastQuery().stats).toEqual(['difference']);
  });

  it('needs no signal for the changes of a flag', async () => {
    const user = setup({ queryType: 'changes', flag: 'checkout-v2', signals: undefined });
    expect(screen.queryByLabelText('Signals')).not.toBeInTheDocument();
    expect(screen.queryByLabelText('Baseline')).not.toBeInTheDocument();
    await pick(user, 'Flag', 'search-ranking');
    expect(ran).toHaveBeenCalled();
  });

  it('takes how a false alarm rate is measured', async () => {
    const user = setup({ queryType: 'backtest', flag: 'checkout-v2', signals: ['errors'] });
    await typeInto(user, 'Splits', '50');
    await user.tab();
    expect(lastQuery().backtest).toEqual({ splits: 50 });
    await user.clear(screen.getByLabelText('Splits'));
    await user.tab();
    expect(lastQuery().backtest).toBeUndefined();
  });
});
