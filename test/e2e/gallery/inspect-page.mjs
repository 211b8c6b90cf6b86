// Runs inside the page: which texts are cut, stand outside the window, or lie over each other.

/** Returns one line per fault; an empty list is a page where every text can be read. */
export function inspectPage() {
  const dialogs = [...document.querySelectorAll('[role="dialog"], [role="alertdialog"]')];
  const scope = dialogs.at(-1) ?? document.body;
  const faults = [];
  const texts = [];
  const walker = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const said = node.textContent.trim();
    const element = node.parentElement;
    if (said === '' || element === null || isUnseen(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      const glyphs = glyphBox(rect, said);
      const cut = cutBy(element, glyphs);
      if (cut === 'scrolled') continue;
      if (cut !== undefined) faults.push(`cut: "${said}" by ${cut}`);
      texts.push({ said, element, glyphs });
    }
  }
  for (const element of scope.querySelectorAll('*')) {
    const style = getComputedStyle(element);
    if (style.textOverflow === 'ellipsis' && element.scrollWidth > element.clientWidth + 1)
      faults.push(`cut: "${element.textContent.trim()}" by an ellipsis`);
  }
  for (let i = 0; i < texts.length; i++)
    for (let j = i + 1; j < texts.length; j++)
      if (overlap(texts[i].glyphs, texts[j].glyphs))
        faults.push(`overlap: "${texts[i].said}" and "${texts[j].said}"`);
  return { faults: [...new Set(faults)], texts: texts.length };

  function isUnseen(element) {
    if (element.closest('[aria-hidden="true"]') !== null) return true;
    const style = getComputedStyle(element);
    if (style.visibility === 'hidden' || style.display === 'none') return true;
    for (let up = element; up !== null; up = up.parentElement) {
      const { width, height } = up.getBoundingClientRect();
      if (width <= 1 && height <= 1 && getComputedStyle(up).overflow === 'hidden') return true;
    }
    return false;
  }

  // The drawn part of a line: its box holds room for accents and descenders that most words do not have.
  function glyphBox(rect, said) {
    const em = rect.height / 1.21;
    const isWide = /[\u2e80-\u9fff\uff00-\uffef]/.test(said);
    const top = rect.top + em * (isWide ? 0.12 : 0.24);
    const descends = isWide || /[gjpqy,;@_()]/.test(said);
    const bottom = rect.top + em * (descends ? 1.1 : 0.98);
    return { left: rect.left, right: rect.right, top, bottom };
  }

  function cutBy(element, box) {
    for (let up = element; up !== null && up !== document.documentElement; up = up.parentElement) {
      const style = getComputedStyle(up);
      const contains = style.contain.includes('paint') || style.contain.includes('content');
      const clips = style.overflowX !== 'visible' || style.overflowY !== 'visible' || contains;
      if (!clips) continue;
      const edge = up.getBoundingClientRect();
      const over = Math.max(edge.left - box.left, box.right - edge.right);
      const high = Math.max(edge.top - box.top, box.bottom - edge.bottom);
      const scrolls = (value) => value === 'auto' || value === 'scroll';
      if (high > 1 && scrolls(style.overflowY)) return 'scrolled';
      if (over > 1 && scrolls(style.overflowX)) return 'scrolled';
      if (over > 1 || high > 1)
        return `${up.tagName.toLowerCase()}.${up.className} (${Math.round(Math.max(over, high))} px)`;
    }
    const out = Math.max(-box.left, box.right - innerWidth, -box.top, box.bottom - innerHeight);
    return out > 1 ? `the window (${Math.round(out)} px)` : undefined;
  }

  function overlap(a, b) {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    return wide > 1.5 && high > 1.5;
  }
}
