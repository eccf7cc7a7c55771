import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Button, FieldValidationMessage, Input, useStyles2 } from '@grafana/ui';

import { type MatcherFlag, type MatcherVariant } from '../../../contract/contract.gen';
import { RemoveButton } from '../common/RemoveButton';
import { TextSetting } from './TextSetting';
import { nameError } from './validation';

interface Props {
  flags: MatcherFlag[];
  readOnly: boolean;
  onChange: (flags: MatcherFlag[]) => void;
}

const blankVariants: MatcherVariant[] = [
  { variant: 'baseline', selector: '' },
  { variant: 'feature', selector: '' },
];

/** The flags of the matchers split: each names its variants, and each variant is a label selector. */
export function MatcherFlags({ flags, readOnly, onChange }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.flags}>
      {flags.length === 0 && (
        <FieldValidationMessage>Add a flag, with a selector for each variant</FieldValidationMessage>
      )}
      {flags.map((flag, index) => (
        <MatcherFlagFields
          key={index}
          flag={flag}
          readOnly={readOnly}
          onChange={(changed) => onChange(flags.with(index, changed))}
          onRemove={() => onChange(flags.toSpliced(index, 1))}
        />
      ))}
      {!readOnly && (
        <Button
          type="button"
          icon="plus"
          variant="secondary"
          onClick={() => onChange([...flags, { flag: '', variants: blankVariants }])}
        >
          Add a flag
        </Button>
      )}
    </div>
  );
}

interface FlagProps {
  flag: MatcherFlag;
  readOnly: boolean;
  onChange: (flag: MatcherFlag) => void;
  onRemove: () => void;
}

function MatcherFlagFields({ flag: { flag, variants }, readOnly, onChange, onRemove }: FlagProps) {
  const styles = useStyles2(getStyles);
  const called = flag === '' ? 'the new flag' : flag;

  function changeVariant(index: number, changed: Partial<MatcherVariant>) {
    onChange({ flag, variants: variants.map((variant, at) => (at === index ? { ...variant, ...changed } : variant)) });
  }

  return (
    <div role="group" aria-label={`Flag ${called}`} className={styles.flag}>
      <TextSetting
        label="Flag"
        value={flag}
        placeholder="checkout-v2"
        error={nameError('flag', flag)}
        required
        readOnly={readOnly}
        onChange={(name = '') => onChange({ flag: name, variants })}
      />
      {variants.map(({ variant, selector }, index) => (
        <div key={index} className={styles.variant}>
          <Input
            aria-label={`Variant ${index + 1} of ${called}, name`}
            className={styles.name}
            value={variant}
            placeholder="Variant"
            invalid={variant.trim() === ''}
            disabled={readOnly}
            onChange={({ currentTarget }) => changeVariant(index, { variant: currentTarget.value })}
          />
          <Input
            aria-label={`Variant ${index + 1} of ${called}, selector`}
            value={selector}
            placeholder={'version="2"'}
            spellCheck={false}
            invalid={selector.trim() === ''}
            disabled={readOnly}
            onChange={({ currentTarget }) => changeVariant(index, { selector: currentTarget.value })}
          />
          {!readOnly && (
            <RemoveButton
              what="variant"
              which={`${index + 1} of ${called}`}
              onRemove={() => onChange({ flag, variants: variants.toSpliced(index, 1) })}
            />
          )}
        </div>
      ))}
      {variants.length < 2 && (
        <FieldValidationMessage>A comparison needs two variants: a baseline and a feature</FieldValidationMessage>
      )}
      {variants.some(({ variant, selector }) => variant.trim() === '' || selector.trim() === '') && (
        <FieldValidationMessage>Give each variant a name and a selector</FieldValidationMessage>
      )}
      {!readOnly && (
        <div className={styles.buttons}>
          <Button
            type="button"
            icon="plus"
            size="sm"
            variant="secondary"
            onClick={() => onChange({ flag, variants: [...variants, { variant: '', selector: '' }] })}
          >
            Add a variant
          </Button>
          <Button type="button" icon="trash-alt" size="sm" variant="destructive" fill="outline" onClick={onRemove}>
            Remove {called}
          </Button>
        </div>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  flags: css({ marginBottom: theme.spacing(2) }),
  flag: css({
    padding: theme.spacing(1),
    marginBottom: theme.spacing(1),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  variant: css({ display: 'flex', gap: theme.spacing(0.5), marginBottom: theme.spacing(0.5) }),
  name: css({ flexBasis: '40%', minWidth: theme.spacing(12) }),
  buttons: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), marginTop: theme.spacing(1) }),
});
