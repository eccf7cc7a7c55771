/** What all parts of the picture share: the axis and the layout that they stand on, colours, glyphs, buttons. */
export { Drawing, useAxis, useLayout, useLooks } from './drawing';
export { floatingStyles } from './floatingStyles';
export { Glyph, type GlyphName } from './Glyph';
export { LineSample, VariantSample } from './LineSample';
export { RetryButton } from './RetryButton';
export { type NumberColumn, rawValue, testIds } from './testIds';
export { cutOff, spokenOnly } from './textStyles';
export { ToggleButton } from './ToggleButton';
export { type Looks, looksOf, type Marker, stateColor, type Tokens, tokensOf, type VariantLook } from './tokens';
export { VerdictGlyph, type VerdictSign } from './VerdictGlyph';
