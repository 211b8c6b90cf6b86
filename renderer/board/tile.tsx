/**
 * One slot as one tile: number, one word, one shape; the rest is small. The whole tile opens the slot's panel.
 * Must not: hold a widget of the component library, or draw when another slot has changed.
 */
import { type CSSProperties, memo, type ReactNode, useState } from 'react';
import type { OrderView, SlotStateView, UnitView } from '../../electron/contract/views.ts';
import type { Translate } from '../i18n/catalogue.ts';
import { errorText } from '../i18n/error-text.ts';
import { useLanguage } from '../i18n/language.tsx';
import { wordWidth } from '../i18n/word-width.ts';
import { useSlotAtRest } from '../station-context.tsx';
import { cx } from '../ui/class-names.ts';
import { Shape, type ShapeName } from '../ui/shape.tsx';
import { Percent, PHASES, Rail } from './progress-parts.tsx';
import styles from './tile.module.css';
import { type Form, faceOf, hintOf, type Invitation, type WordKey } from './tile-face.ts';
import forms from './tile-forms.module.css';
import lines from './tile-lines.module.css';

export interface TileProps {
  readonly slotId: string;
  readonly isTabStop: boolean;
  readonly invitation: Invitation;
  readonly shares: OrderView['phaseShares'] | undefined;
  /** Many slots: less moves, and in larger steps. */
  readonly isDense: boolean;
  /** Grows when the page's face has come: words are measured anew. */
  readonly faces: number;
  readonly onOpen: (slotId: string) => void;
}

const SHAPES: Readonly<Partial<Record<Form, ShapeName>>> = {
  ready: 'tray',
  passed: 'check',
  done: 'double-check',
  bad: 'cross',
  decide: 'hand',
  doubt: 'question',
  off: 'slash',
};

export const Tile = memo(function Tile(props: TileProps) {
  const { slotId, isTabStop, invitation, shares, isDense, onOpen } = props;
  const { text } = useLanguage();
  const slot = useSlotAtRest(slotId);
  const face = slot && faceOf(slot.state, invitation);
  // Nothing moves on a tile that shows what it showed first: motion says that something has changed.
  const [first] = useState(face?.word);
  if (slot === undefined || face === undefined) return null;
  const { state } = slot;
  const { word, form } = face;
  const shape = SHAPES[form];
  return (
    <li className={styles.cell}>
      <button
        type="button"
        className={cx(styles.tile, forms.form)}
        data-form={form}
        data-changed={(!isDense && word !== first) || undefined}
        tabIndex={isTabStop ? 0 : -1}
        onClick={() => onOpen(slotId)}
      >
        <span className={styles.number} data-part="number">
          <span className="unseen">{text('board.slot')} </span>
          {slot.number}
        </span>
        <span className={styles.corner} data-part={state.kind === 'running' ? undefined : 'shape'}>
          {state.kind === 'running' ? (
            <Percent slotId={slotId} isCoarse={isDense} />
          ) : (
            shape && <Shape name={shape} />
          )}
        </span>
        <span
          key={isDense ? 'word' : word}
          className={styles.word}
          data-part="word"
          style={widthOf(word, text)}
        >
          {text(word)}
        </span>
        <Below state={state} invitation={invitation} hasPort={slot.port !== undefined} />
        {state.kind === 'running' && shares !== undefined && (
          <span className={lines.rail}>
            <Rail slotId={slotId} isCoarse={isDense} shares={shares} />
          </span>
        )}
      </button>
    </li>
  );
});

/** A word of two parts may stand in two lines where the tile is high; the phases all have the widest one's size. */
function widthOf(word: WordKey, text: Translate): CSSProperties {
  const isPhase = PHASE_WORDS.includes(word);
  const em = isPhase ? Math.max(...PHASE_WORDS.map((key) => wordWidth(text(key)))) : wordWidth(text(word));
  const part = Math.max(...text(word).split(' ').map(wordWidth));
  return { '--em': em, '--em-part': part } as CSSProperties;
}

const PHASE_WORDS: readonly WordKey[] = PHASES.map((phase) => `word.${phase}` as const);

function Below(props: {
  readonly state: SlotStateView;
  readonly invitation: Invitation;
  readonly hasPort: boolean;
}) {
  const { state, invitation, hasPort } = props;
  const { text, language, formats } = useLanguage();
  const hint = hintOf(state, invitation, hasPort);
  switch (state.kind) {
    case 'empty':
    case 'ready':
    case 'off':
      return hint && <Say>{text(hint)}</Say>;
    case 'running':
      // The id keeps its place beside the rail, whether there is something to say or not.
      return (
        <>
          <Facts unit={state.unit} />
          {hint && <Say>{text(hint)}</Say>}
        </>
      );
    case 'passed':
      return (
        <>
          {hint && <Say>{text(hint)}</Say>}
          <Facts unit={state.unit} />
        </>
      );
    case 'done-before': {
      const when = formats.moment(state.passedAt);
      const { operator: who } = state;
      return (
        <>
          <Say>
            {who === undefined
              ? text('hint.done-before', { when })
              : text('hint.done-before-by', { when, who })}
          </Say>
          <Facts unit={state.unit} />
        </>
      );
    }
    case 'failed': {
      const { failure } = state;
      return (
        <>
          <span className={lines.chip} data-part="chip">
            {text(`blame.${failure.blame}`)}
          </span>
          <Say>{errorText(language, failure.code, failure.evidence).todo}</Say>
          <Facts unit={state.unit} code={failure.code} />
        </>
      );
    }
  }
}

function Say(props: { readonly children: ReactNode }) {
  return (
    <span className={lines.say} data-part="say">
      {props.children}
    </span>
  );
}

/** Hardware ids are told apart by their ends; a narrow tile shows the end alone, and says that it does. */
const TAIL = 6;
const SHORT = 14;

function Facts(props: { readonly unit: UnitView | undefined; readonly code?: string }) {
  const id = props.unit?.hardwareId;
  return (
    <span className={cx(lines.facts, 'id')} data-part="facts">
      {id !== undefined && (
        <span className={lines.unit} data-long={id.length > SHORT || undefined}>
          <span className={lines.head}>{id.slice(0, -TAIL)}</span>
          {id.slice(-TAIL)}
        </span>
      )}
      {props.code !== undefined && <span className={lines.code}>{props.code}</span>}
    </span>
  );
}
