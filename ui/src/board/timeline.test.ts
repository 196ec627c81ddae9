import { describe, expect, test } from 'vitest';
import { boardOf } from './samples';
import { dragEdge, placeWhileDragging, shiftsWhileDragging, shotAt, startOf } from './timeline';

test('a second belongs to the shot that begins with it', () => {
  const board = boardOf(4, 4, 4);
  expect([0, 3, 4, 11, 12, 99].map((second) => shotAt(board, second))).toEqual([0, 0, 1, 2, 2, 2]);
  expect(startOf(board, 2)).toBe(8);
});

describe('a dragged edge', () => {
  test('sticks to whole seconds and follows between them', () => {
    expect(dragEdge(4.1, 1, 9, 60)).toEqual({ drawn: 4, second: 4, atWall: false });
    expect(dragEdge(4.4, 1, 9, 60)).toEqual({ drawn: 4.4, second: 4, atWall: false });
    expect(dragEdge(4.6, 1, 9, 60).second).toBe(5);
  });

  test('gives a little beyond a wall, and ever less', () => {
    const near = dragEdge(9.5, 1, 9, 60);
    const far = dragEdge(14, 1, 9, 60);
    expect(near.second).toBe(9);
    expect(near.atWall).toBe(true);
    expect(near.drawn).toBeGreaterThan(9);
    expect(far.drawn).toBeGreaterThan(near.drawn);
    expect((far.drawn - 9) * 60).toBeLessThan(9);
    expect(dragEdge(-3, 1, 9, 60).drawn).toBeLessThan(1);
  });
});

describe('a dragged shot', () => {
  test('passes a neighbour when it passes its middle', () => {
    const board = boardOf(4, 4, 4);
    expect(placeWhileDragging(board, 0, 1.9)).toBe(0);
    expect(placeWhileDragging(board, 0, 2.1)).toBe(1);
    expect(placeWhileDragging(board, 0, 7)).toBe(2);
    expect(placeWhileDragging(board, 2, -2.1)).toBe(1);
    expect(placeWhileDragging(board, 2, -9)).toBe(0);
  });

  test('pushes those it passes by its own length', () => {
    expect(shiftsWhileDragging(boardOf(2, 4, 6), 0, 2)).toEqual([0, -2, -2]);
    expect(shiftsWhileDragging(boardOf(2, 4, 6), 2, 1)).toEqual([0, 6, 0]);
  });
});
