import { act, renderHook, waitFor } from '@testing-library/react';

import { useDebounced } from './useDebounced';
import { useLoaded } from './useLoaded';

describe('useDebounced', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('follows once the value has rested', () => {
    const { result, rerender } = renderHook(({ value }) => useDebounced(value, 400), { initialProps: { value: 'a' } });
    rerender({ value: 'ab' });
    act(() => jest.advanceTimersByTime(399));
    rerender({ value: 'abc' });
    act(() => jest.advanceTimersByTime(399));
    expect(result.current).toBe('a');
    act(() => jest.advanceTimersByTime(1));
    expect(result.current).toBe('abc');
  });
});

describe('useLoaded', () => {
  it('asks nothing while there is nothing to ask', () => {
    const { result } = renderHook(() => useLoaded<string>(undefined));
    expect(result.current).toMatchObject({ loading: false });
    expect(result.current.value).toBeUndefined();
  });

  it('gives the value', async () => {
    const load = () => Promise.resolve('value');
    const { result } = renderHook(() => useLoaded(load));
    expect(result.current.loading).toBe(true);
    await waitFor(() => expect(result.current).toMatchObject({ loading: false, value: 'value', error: undefined }));
  });

  it('gives the reason of a failure in words, and asks again', async () => {
    const load = jest.fn<Promise<string>, []>().mockRejectedValueOnce(new Error('refused')).mockResolvedValue('value');
    const { result } = renderHook(() => useLoaded(load));
    await waitFor(() => expect(result.current).toMatchObject({ loading: false, error: 'refused' }));
    act(() => result.current.reload());
    await waitFor(() => expect(result.current).toMatchObject({ loading: false, value: 'value', error: undefined }));
  });

  it('drops an answer that was overtaken', async () => {
    let answerFirst: (value: string) => void = () => undefined;
    const first = () => new Promise<string>((resolve) => (answerFirst = resolve));
    const second = () => Promise.resolve('second');
    const { result, rerender } = renderHook(({ load }) => useLoaded(load), { initialProps: { load: first } });
    rerender({ load: second });
    await waitFor(() => expect(result.current.value).toBe('second'));
    await act(async () => {
      answerFirst('first');
      await Promise.resolve();
    });
    expect(result.current.value).toBe('second');
  });
});
