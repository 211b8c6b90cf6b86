/**
 * The drawn signs: one stroke weight, one grid of 24, the colour of the text around them. Must not: be the only
 * thing that says something; a word always stands beside.
 */
export type ShapeName = keyof typeof PATHS;

const PATHS = {
  check: 'M4.5 12.8l5 5L19.5 6.8',
  'double-check': 'M2 13l4.6 4.8L15.6 7M11.4 16.6l1.2 1.2L22 7',
  cross: 'M5.5 5.5l13 13M18.5 5.5l-13 13',
  tray: 'M12 3.5v11M7.2 10l4.8 4.8L16.8 10M4 20.5h16',
  hand: 'M7.6 13.4V6.2a1.6 1.6 0 0 1 3.2 0v4.6M10.8 10.6V4.4a1.6 1.6 0 0 1 3.2 0v6.2M14 10.8V5.8a1.6 1.6 0 0 1 3.2 0v6M17.2 9.4a1.5 1.5 0 0 1 3 0v5.2a6.7 6.7 0 0 1-6.7 6.7h-1.2a6 6 0 0 1-5-2.7l-3.5-5.3a1.6 1.6 0 0 1 2.6-1.8l1.2 1.5',
  question: 'M7.5 8.6a4.5 4.5 0 1 1 6.6 4c-1.4.8-2.1 1.6-2.1 3.2M12 20.3v.2',
  slash: 'M12 3.2a8.8 8.8 0 1 0 0 17.6 8.8 8.8 0 0 0 0-17.6zM5.8 18.2L18.2 5.8',
  close: 'M6 6l12 12M18 6L6 18',
  back: 'M14.5 5l-7 7 7 7',
  board: 'M4 4.5h6.5v6.5H4zM13.5 4.5H20v6.5h-6.5zM4 13.5h6.5V20H4zM13.5 13.5H20V20h-6.5z',
  order: 'M6 3.5h12v17H6zM9 8.5h6M9 12h6M9 15.5h4',
  records: 'M4 6h16M4 12h16M4 18h10',
  settings: 'M4 7h9M17 7h3M15 4.8v4.4M4 17h3M11 17h9M9 14.8v4.4',
  faults: 'M12 4l9 16H3zM12 10v4.5M12 17.2v.2',
  stop: 'M6 6h12v12H6z',
  free: 'M12 20.5v-11M7.2 14L12 9.2l4.8 4.8M4 3.5h16',
  again: 'M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.8 3.6v4h-4',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.4 15.4L20.5 20.5',
  file: 'M5.5 3h7.5l5.5 5.5V21h-13zM12.7 3.4V9h5.5',
  save: 'M12 3.5v11M7.2 10l4.8 4.8L16.8 10M4 20.5h16',
  key: 'M8 11.5a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 12.7L19.5 4.2M16 7.7l3 3',
  more: 'M5 9l7 7 7-7',
  clock: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2.2',
} as const;

export function Shape(props: { readonly name: ShapeName; readonly className?: string | undefined }) {
  return (
    <svg
      className={props.className}
      viewBox="0 0 24 24"
      width="1em"
      height="1em"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[props.name]} />
    </svg>
  );
}
