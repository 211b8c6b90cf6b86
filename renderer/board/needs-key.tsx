/**
 * Stands in the board's place while there is no AccessKey: nothing can be provisioned, and only an engineer can change that.
 * In the form of what a person must decide: thick amber outline, hand. Must not: look as if a unit were waited for.
 */
import type { CSSProperties } from 'react';
import { useLanguage } from '../i18n/language.tsx';
import { useFaces, wordWidth } from '../i18n/word-width.ts';
import { Button } from '../ui/button.tsx';
import { Shape } from '../ui/shape.tsx';
import styles from './needs-key.module.css';

export function NeedsKey({ onEnter }: { readonly onEnter: () => void }) {
  const { text } = useLanguage();
  useFaces();
  const word = text('board.no-key');
  return (
    <section className={styles.notice} role="alert">
      <Shape name="hand" className={styles.sign} />
      <h2 className={styles.word} style={{ '--em': wordWidth(word) } as CSSProperties}>
        {word}
      </h2>
      <p className={styles.todo}>{text('board.no-key-todo')}</p>
      <p className={styles.rest}>{text('board.no-key-rest')}</p>
      <div className={styles.press}>
        <Button weight="main" shape="key" onPress={onEnter}>
          {text('board.enter-key')}
        </Button>
      </div>
    </section>
  );
}
