/** How the board divides a screen among its slots. */
import { describe, expect, it } from 'vitest';
import { columnsFor } from '../../renderer/board/columns.ts';

describe('the board', () => {
  it.each([
    [1, 1],
    [2, 2],
    [8, 4],
    [12, 4],
    [16, 4],
    [24, 6],
    [32, 8],
    [64, 8],
  ])('has for %i slots %i columns on a wide screen', (count, columns) => {
    expect(columnsFor(count, 1256, 516)).toBe(columns);
    expect(columnsFor(count, 1890, 800)).toBe(columns);
  });

  it('stands eight slots up on a tall screen', () => {
    expect(columnsFor(8, 700, 1100)).toBe(2);
  });

  it('gives every slot a place, whatever the number', () => {
    for (let count = 1; count <= 64; count++) {
      const columns = columnsFor(count, 1256, 516);
      expect(columns).toBeGreaterThanOrEqual(1);
      expect(columns).toBeLessThanOrEqual(count);
      const rows = Math.ceil(count / columns);
      expect(rows * columns - count, `holes for ${count}`).toBeLessThan(columns);
    }
  });
});
