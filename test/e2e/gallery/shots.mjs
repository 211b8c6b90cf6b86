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

const openSlot = (number) => (page) =>
  page
    .locator('main li button')
    .nth(number - 1)
    .click();
const panel = (scene, number) => ({
  name: `panel-${scene}-${number}`,
  query: { scene, slots: 8 },
  steps: [openSlot(number)],
});
const press = (en, zh) => (page) => page.getByRole('button', { name: new RegExp(`^(${en}|${zh})$`) }).click();

const ORDER = `workOrder: WO-20261124-01
product: sensor-a
quantity: 500
cloud:
  region: cn-hangzhou
  instanceId: post-cn-0pp12gl0001
  groupId: GID_sensor
broker:
  host: post-cn-0pp12gl0001.mqtt.aliyuncs.com
  port: 8883
clientId: "{groupId}@@@{hardwareId}"
device:
  family: smp
  baudRate: 115200
payload: password
verify: proof
existing: reject
lock: false
`;
const chooseFile = (text) => (page) =>
  page.locator('input[type=file]').setInputFiles({
    name: 'WO-20261124-01.yaml',
    mimeType: 'application/yaml',
    buffer: Buffer.from(text),
  });
const onPage = (page, scene, name, steps = []) => ({ name, query: { scene, slots: 8, page }, steps });

const PAGES = [
  onPage('orders', 'mixed', 'orders-open'),
  onPage('orders', 'no-order', 'orders-none'),
  onPage('orders', 'no-key', 'orders-no-key'),
  onPage('orders', 'mixed', 'orders-preview', [chooseFile(ORDER)]),
  onPage('orders', 'no-order', 'orders-warning', [chooseFile(ORDER.replace('{hardwareId}', '{sequence}'))]),
  onPage('orders', 'no-order', 'orders-faults', [chooseFile(ORDER.replace('500', 'many'))]),
  onPage('orders', 'no-order', 'orders-test', [press('Test the connection', '测试连接')]),
  onPage('orders', 'mixed', 'orders-close', [press('Close the order', '关闭工单')]),
  onPage('records', 'mixed', 'records'),
  onPage('records', 'mixed', 'records-row', [(page) => page.locator('tbody tr').nth(1).click()]),
  onPage('records', 'mixed', 'records-failed', [
    (page) => page.getByText(/^(All attempts|全部任务)$/).click(),
    (page) => page.locator('tbody tr').nth(3).click(),
  ]),
  onPage('records', 'mixed', 'records-nothing', [(page) => page.getByRole('searchbox').fill('no such unit')]),
  onPage('settings', 'mixed', 'settings'),
  onPage('board', 'training', 'faults', [press('Faults', '故障')]),
  onPage('board', 'failing', 'strip-all', [(page) => page.locator('section button').last().click()]),
  ...[1, 2, 4, 7, 8].map((number) => panel('mixed', number)),
  panel('failing', 2),
  panel('failing', 3),
  panel('done-before', 1),
  { ...panel('failing', 4), name: 'panel-again', steps: [openSlot(4), press('Provision again', '重新烧录')] },
];

export const SUBJECTS = [
  ...PAGES,
  ...scenesAt(1),
  ...scenesAt(8),
  ...scenesAt(64),
  ...Array.from({ length: 9 }, (_, index) => board('codes', 8, index * 8)),
  board('codes', 64, 0),
  board('complete', 8),
  board('no-order', 8),
  board('no-key', 1),
  board('no-key', 8),
  board('no-key', 64),
  board('key-gone', 8),
  board('key-gone', 64),
  board('no-slots', 0),
  ...[2, 4, 16, 24, 32].map((slots) => board('mixed', slots)),
];

/** The pages that stand in the documents, by the name of their picture there. */
export const DOCUMENTS = {
  'board-mixed-8-en-light-1280': 'board-mixed-en',
  'board-mixed-8-zh-CN-light-1280': 'board-mixed-zh-CN',
  'board-failing-8-en-light-1280': 'board-failing-en',
  'board-failing-8-zh-CN-light-1280': 'board-failing-zh-CN',
};

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
