// What is photographed: every scene in both languages, light and dark, at two sizes.
const SIZES = [
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
];
const LANGUAGES = ['en', 'zh-CN'];
const THEMES = ['light', 'dark'];

const board = (scene, slots, from) => ({
  name: `board-${scene}-${slots}${from === undefined ? '' : `-from-${from}`}`,
  query: { scene, slots, ...(from === undefined ? {} : { from }) },
});
const scenesAt = (slots) =>
  ['empty', 'ready', 'busy', 'passed', 'mixed', 'failing', 'done-before', 'off', 'lost', 'training'].map(
    (scene) => board(scene, slots),
  );

export const SUBJECTS = [
  ...scenesAt(1),
  ...scenesAt(8),
  ...scenesAt(64),
  ...Array.from({ length: 9 }, (_, index) => board('codes', 8, index * 8)),
  board('codes', 64, 0),
  board('complete', 8),
  board('no-order', 8),
  board('no-key', 8),
  board('no-slots', 0),
  ...[2, 4, 16, 24, 32].map((slots) => board('mixed', slots)),
];

/** One entry per picture: a subject in a language, a theme and a size. */
export function allShots(subjects = SUBJECTS) {
  return subjects.flatMap((subject) =>
    LANGUAGES.flatMap((language) =>
      THEMES.flatMap((theme) =>
        SIZES.map((size) => ({
          ...subject,
          name: `${subject.name}-${language}-${theme}-${size.width}`,
          query: { ...subject.query, language, theme },
          size,
        })),
      ),
    ),
  );
}
