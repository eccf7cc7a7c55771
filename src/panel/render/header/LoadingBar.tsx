import { css, keyframes } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { spokenOnly } from '../base';

/** A new answer is on its way: a line at the top edge, over what is there, so that nothing moves. */
export function LoadingBar() {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles.bar} role="status">
      <span className={styles.spoken}>Loading</span>
    </span>
  );
}

const appear = keyframes({ from: { opacity: 0 }, to: { opacity: 1 } });
const run = keyframes({ from: { backgroundPosition: '200% 0' }, to: { backgroundPosition: '-200% 0' } });

const getStyles = (theme: GrafanaTheme2) => ({
  // Answers that come soon should not make it flicker.
  bar: css({
    position: 'absolute',
    top: 0,
    left: 0,
    right: 0,
    height: 2,
    background: `linear-gradient(90deg, transparent 20%, ${theme.colors.primary.main} 50%, transparent 80%)`,
    backgroundSize: '200% 100%',
    pointerEvents: 'none',
    animation: `${appear} 150ms linear 1s both, ${run} 1.5s linear infinite`,
    '@media (prefers-reduced-motion: reduce)': {
      animation: `${appear} 1ms linear 1s both`,
      backgroundSize: '100% 100%',
    },
  }),
  spoken: css(spokenOnly),
});
