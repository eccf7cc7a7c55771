import { render, screen } from '@testing-library/react';
import { createElement, isValidElement } from 'react';

import { Fragment, jsx, jsxDEV, jsxs } from '.';

describe('the JSX runtime', () => {
  afterEach(() => jest.restoreAllMocks());

  it('makes the elements that createElement makes', () => {
    expect(jsx('p', { title: 'a', children: 'text' })).toEqual(createElement('p', { title: 'a' }, 'text'));
    expect(isValidElement(jsx('p', {}))).toBe(true);
  });

  it('makes the elements that createElement makes of several children', () => {
    const children = [jsx('b', {}), 'text'];
    const wanted = createElement('p', { title: 'a' }, createElement('b'), 'text');
    expect(jsxs('p', { title: 'a', children })).toEqual(wanted);
    expect(jsxDEV('p', { title: 'a', children }, undefined, true)).toEqual(wanted);
  });

  it('asks for keys where children were not written out, as React does', () => {
    const complaints = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    render(jsx('ul', { children: ['a', 'b'].map((text) => jsx('li', { children: text })) }));
    expect(complaints.mock.calls[0]?.[0]).toContain('unique "key"');
  });

  it('carries the key', () => {
    expect(jsx('li', { children: 'a' }, 'k').key).toBe('k');
    expect(jsx('li', { children: 'a' }).key).toBeNull();
  });

  it('renders several children in a fragment without asking for keys', () => {
    const complaints = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    render(jsxs(Fragment, { children: [jsx('b', { children: 'one' }), jsxDEV('i', { children: 'two' })] }));
    expect(screen.getByText('one').nextSibling).toHaveTextContent('two');
    expect(complaints).not.toHaveBeenCalled();
  });
});
