/**
 * What is typed, chosen and switched, in sizes for gloves. Must not: look like the system's own widgets.
 */
import {
  Switch as AriaSwitch,
  FieldError,
  Input,
  Label,
  Radio,
  RadioGroup,
  Text,
  TextField,
} from 'react-aria-components';
import styles from './fields.module.css';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly help?: string;
  readonly isSecret?: boolean;
  readonly isId?: boolean;
  readonly maxLength?: number;
  readonly onSubmit?: () => void;
}

export function Field(props: FieldProps) {
  const { label, value, onChange, help, isSecret = false, isId = false, maxLength = 128, onSubmit } = props;
  return (
    <TextField
      className={styles.field ?? ''}
      value={value}
      onChange={onChange}
      type={isSecret ? 'password' : 'text'}
      autoComplete="off"
      maxLength={maxLength}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onSubmit?.();
        else event.continuePropagation();
      }}
    >
      <Label className={styles.label ?? ''}>{label}</Label>
      <Input
        className={`${styles.input ?? ''} ${isId ? 'id' : ''}`}
        spellCheck={false}
        autoCapitalize="off"
      />
      {help !== undefined && (
        <Text slot="description" className={styles.help ?? ''}>
          {help}
        </Text>
      )}
      <FieldError />
    </TextField>
  );
}

interface ChoiceProps<V extends string> {
  readonly label: string;
  /** Whether the label is drawn, or only said. */
  readonly isLabelSeen?: boolean;
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly name: string }[];
  readonly onChange: (value: V) => void;
}

/** One of a few, all of them seen. */
export function Choice<V extends string>(props: ChoiceProps<V>) {
  const { label, isLabelSeen = true, value, options, onChange } = props;
  return (
    <RadioGroup
      className={styles.choice ?? ''}
      orientation="horizontal"
      value={value}
      onChange={(next) => {
        const found = options.find((option) => option.value === next);
        if (found !== undefined) onChange(found.value);
      }}
    >
      <Label className={isLabelSeen ? (styles.label ?? '') : 'unseen'}>{label}</Label>
      <div className={styles.segments}>
        {options.map((option) => (
          <Radio key={option.value} value={option.value} className={styles.segment ?? ''}>
            {option.name}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}

export function Switch(props: {
  readonly label: string;
  readonly about?: string | undefined;
  readonly isOn: boolean;
  readonly isDisabled?: boolean;
  readonly onChange: (isOn: boolean) => void;
}) {
  const { label, about, isOn, isDisabled = false, onChange } = props;
  return (
    <AriaSwitch className={styles.switch ?? ''} isSelected={isOn} isDisabled={isDisabled} onChange={onChange}>
      <span className={styles.rocker} aria-hidden="true">
        <span className={styles.knob} />
      </span>
      <span>
        <span className={styles.switchName}>{label}</span>
        {about !== undefined && <span className={styles.about}>{about}</span>}
      </span>
    </AriaSwitch>
  );
}
