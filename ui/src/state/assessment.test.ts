import { beforeEach, expect, test } from 'vitest';
import { boardOf } from '../board/samples';
import type { Assessment, Board, Platform } from '../platform';
import { assessment } from './assessment.svelte';
import { session } from './session.svelte';

interface Question {
  board: Board;
  answer: (seconds: number) => void;
}
let questions: Question[];

/** A core that answers `assess` only when it is told to. */
const core: Platform = {
  call: (name, args) => {
    if (name === 'assess') {
      return new Promise((resolve) => {
        const { board } = args as { board: Board };
        questions.push({
          board,
          answer: (seconds) => resolve({ findings: [], seconds } as unknown as Assessment as never),
        });
      });
    }
    return Promise.resolve({ boards: [], keys: [], profiles: [] } as never);
  },
  onBatch: () => Promise.resolve(() => undefined),
  onFileDrag: () => Promise.resolve(() => undefined),
  onClose: () => Promise.resolve(() => undefined),
  setTitle: () => undefined,
};

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

beforeEach(async () => {
  questions = [];
  await session.begin(core);
});

test('one question is on its way at a time, and the last board is always asked about', async () => {
  const boards = [boardOf(3), boardOf(4), boardOf(5), boardOf(6)] as const;
  for (const board of boards) assessment.follow(board);
  expect(questions).toHaveLength(1);
  questions[0]?.answer(3);
  await settled();
  expect(questions).toHaveLength(2);
  expect(questions[1]?.board).toBe(boards[3]);
  questions[1]?.answer(6);
  await settled();
  expect(questions).toHaveLength(2);
  expect(assessment.current?.seconds).toBe(6);
  expect(assessment.of).toBe(boards[3]);
});
