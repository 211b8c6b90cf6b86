/**
 * A press for a gloved finger: one look per weight of what it does. Must not: be smaller than 44 pixels.
 */
import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import styles from './button.module.css';
import { Shape, type ShapeName } from './shape.tsx';

interface ButtonProps {
  readonly children: ReactNode;
  readonly onPress: () => void;
  /** `main`: what one most likely wants; `grave`: looks different before it is pressed, since it cannot be undone. */
  readonly weight?: 'main' | 'plain' | 'grave';
  readonly shape?: ShapeName;
  readonly isDisabled?: boolean;
  readonly isBusy?: boolean;
}

export function Button(props: ButtonProps) {
  const { children, onPress, weight = 'plain', shape, isDisabled = false, isBusy = false } = props;
  return (
    <AriaButton
      className={styles.button ?? ''}
      data-weight={weight}
      isDisabled={isDisabled || isBusy}
      onPress={onPress}
    >
      {shape !== undefined && <Shape name={shape} />}
      {children}
    </AriaButton>
  );
}
