/** The system's dialogs, answered by the test instead of by a person: for `before` of a start. */
import type { ElectronApplication } from 'playwright';

/** Runs in the main process before the app's entry: each question is kept, and waits for its answer. */
export const KEEP_QUESTIONS = `
  const { dialog } = require('electron');
  globalThis.questions = [];
  dialog.showMessageBox = (...given) => new Promise((resolve) => {
    const { message, detail, buttons } = given[given.length - 1];
    const answer = (response) => resolve({ response, checkboxChecked: false });
    globalThis.questions.push({ message, detail, buttons, answer });
  });
`;

export interface Question {
  readonly message: string;
  readonly detail: string;
  readonly buttons: readonly string[];
}

export function questionsOf(app: ElectronApplication): Promise<readonly Question[]> {
  return app.evaluate(() =>
    (globalThis as unknown as { questions: Question[] }).questions.map(({ message, detail, buttons }) => ({
      message,
      detail,
      buttons,
    })),
  );
}

/** Answers the last question with its button of this number. */
export function answer(app: ElectronApplication, button: number): Promise<void> {
  return app.evaluate((_electron, chosen) => {
    const { questions } = globalThis as unknown as { questions: { answer(response: number): void }[] };
    questions.at(-1)?.answer(chosen);
  }, button);
}
