/**
 * The few sentences that the system's own dialogs say; everything else is said by the page. Must not: describe an error, whose
 * texts are the contract's.
 */
export interface ShellTexts {
  readonly cannotStart: string;
  readonly pageLost: string;
  readonly pageLostDetail: string;
  readonly loadAgain: string;
  readonly quit: string;
  readonly tryAgain: string;
  unitsRunning(count: number): string;
  readonly unitsRunningDetail: string;
  readonly keepWorking: string;
}

const en: ShellTexts = {
  cannotStart: 'The station cannot start',
  pageLost: 'The window has stopped working several times',
  pageLostDetail: 'The units carry on. Load the window again, or quit Keybench.',
  loadAgain: 'Load again',
  quit: 'Quit',
  tryAgain: 'Try again',
  unitsRunning: (count) =>
    count === 1 ? 'One unit is being provisioned' : `${count} units are being provisioned`,
  unitsRunningDetail: 'Quit now, and each is stopped in order and shown as not passed.',
  keepWorking: 'Keep working',
};

const zhCN: ShellTexts = {
  cannotStart: '工位无法启动',
  pageLost: '窗口多次停止工作',
  pageLostDetail: '产品烧录仍在继续。请重新加载窗口，或退出 Keybench。',
  loadAgain: '重新加载',
  quit: '退出',
  tryAgain: '重试',
  unitsRunning: (count) => `有 ${count} 个产品正在烧录`,
  unitsRunningDetail: '现在退出将依次停止烧录，这些产品显示为未通过。',
  keepWorking: '继续工作',
};

/** By the system's language. */
export function shellTexts(language: 'en' | 'zh-CN'): ShellTexts {
  return language === 'zh-CN' ? zhCN : en;
}
