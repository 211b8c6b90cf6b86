/** Where one types, or a scanner types, what to look for. Must not: search by itself. */
import { SearchField as AriaSearchField, Input } from 'react-aria-components';
import { useLanguage } from '../i18n/language.tsx';
import { Shape } from '../ui/shape.tsx';
import styles from './search-field.module.css';

export function SearchField(props: { readonly value: string; readonly onChange: (value: string) => void }) {
  const { text } = useLanguage();
  return (
    <AriaSearchField
      className={styles.field ?? ''}
      aria-label={text('records.search')}
      value={props.value}
      onChange={props.onChange}
    >
      <Shape name="search" />
      <Input className={styles.input ?? ''} placeholder={text('records.search')} spellCheck={false} />
    </AriaSearchField>
  );
}
