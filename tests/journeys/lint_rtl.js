// The rules of lint_rtl.py that must look at the drawn page. Each gives sentences; none changes the page.
({
  fontLoaded() {
    const isLoaded = [...document.fonts].some((font) => font.family.includes("Vazirmatn") && font.status === "loaded");
    const isFirst = getComputedStyle(document.body).fontFamily.startsWith("Vazirmatn");
    return isLoaded && isFirst ? [] : ["Vazirmatn is not loaded"];
  },

  physicalSides() {
    const NAMES = /^(?:(?:margin|padding|scroll-margin|scroll-padding)-(?:left|right)|border-(?:left|right).*|left|right)$/;
    const VALUED = new Set(["float", "clear", "text-align"]);
    const found = [];
    const walk = (rules) => {
      for (const rule of rules) {
        if (rule.cssRules?.length) walk(rule.cssRules);
        // A shorthand such as `margin: 0` names all four sides alike: only what the author wrote out is judged.
        for (const declaration of rule.style?.cssText.split(";") ?? []) {
          const [name, value = ""] = declaration.split(":").map((text) => text.trim());
          const isSide = NAMES.test(name) || (VALUED.has(name) && /^(left|right)\b/.test(value));
          if (isSide) found.push(`physical side: ${rule.selectorText} { ${name}: ${value} }`);
        }
      }
    };
    for (const sheet of document.styleSheets) {
      try { walk(sheet.cssRules); } catch { found.push(`unreadable sheet: ${sheet.href}`); }
    }
    for (const element of document.querySelectorAll("[style]")) found.push(`style attribute on ${element.tagName}`);
    return found;
  },

  uprightLetters() {
    const found = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode()); ) {
      if (!/[\u0600-\u06FF]/.test(node.data) || !node.parentElement.getClientRects().length) continue;
      const style = getComputedStyle(node.parentElement);
      const text = node.data.trim().slice(0, 30);
      if (parseFloat(style.letterSpacing)) found.add(`letters spaced: ${text}`);
      if (style.fontStyle !== "normal") found.add(`slanted: ${text}`);
      if (parseFloat(style.opacity) < 1) found.add(`see-through: ${text}`);
      if (style.textAlign === "justify") found.add(`justified: ${text}`);
      if (parseFloat(style.fontSize) < 13) found.add(`${style.fontSize} is too small: ${text}`);
    }
    return [...found];
  },

  phoneOrder() {
    const PHONE = /[+(]?[0-9][0-9 ()+\-–/.]{5,}[0-9]/g;
    const found = [];
    const range = document.createRange();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const placesOf = (node, match) =>
      [...match[0]].flatMap((char, place) => {
        range.setStart(node, match.index + place);
        range.setEnd(node, match.index + place + 1);
        const box = range.getBoundingClientRect();
        return /\S/.test(char) && box.width ? [box] : [];
      });
    for (let node; (node = walker.nextNode()); ) {
      if (!node.parentElement.getClientRects().length) continue;
      for (const match of node.data.matchAll(PHONE)) {
        const boxes = placesOf(node, match);
        const isOneLine = boxes.every((box) => Math.abs(box.y - boxes[0].y) < box.height / 2);
        const isInOrder = boxes.every((box, place) => !place || box.y > boxes[place - 1].y + 1 || box.x >= boxes[place - 1].x - 0.5);
        if (!isInOrder) found.push(`reversed: ${match[0]}`);
        // A preview breaks its lines where the platform does.
        if (!isOneLine && !node.parentElement.closest(".bubble-text")) found.push(`broken over lines: ${match[0]}`);
      }
    }
    return found;
  },

  targetSizes(least) {
    const SENTENCE = "p, dd, small, .hint, .error, .say, li > span, summary";
    const isStretched = (target) => {
      const after = getComputedStyle(target, "::after");
      return after.content !== "none" && after.position === "absolute" && parseFloat(after.height) >= least - 0.5;
    };
    const found = [];
    for (const target of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
      const style = getComputedStyle(target);
      if (!target.getClientRects().length || style.visibility === "hidden" || target.closest(".skip, .vh")) continue;
      if (target.matches("a") && style.display === "inline" && target.closest(SENTENCE)) continue;
      const label = target.matches("[type=checkbox], [type=radio]") ? target.closest("label") : null;
      const area = (label ?? target).getBoundingClientRect();
      // A dense table of beads may be lower with a mouse (face, 5); a thumb gets the whole.
      const floor = target.closest(".loom") && matchMedia("(pointer: fine)").matches ? 24 : least;
      if (area.height >= floor - 0.5 || isStretched(target)) continue;
      const name = target.textContent.trim().slice(0, 30) || target.name || target.getAttribute("aria-label");
      found.push(`small target ${Math.round(area.width)}x${Math.round(area.height)}: ${name}`);
    }
    return found;
  },

  sideways() {
    const wide = document.documentElement.clientWidth;
    const over = document.documentElement.scrollWidth - wide;
    if (over <= 0) return [];
    const sticksOut = (element) => {
      const box = element.getBoundingClientRect();
      return box.width && (box.right > wide + 1 || box.left < -1) && !element.closest(".vh");
    };
    const names = [...document.body.querySelectorAll("*")].filter(sticksOut).slice(0, 3);
    return [`sideways scroll of ${over} px by ${names.map((e) => `${e.tagName.toLowerCase()}.${e.getAttribute("class")}`).join(", ")}`];
  },

  focusStop() {
    const stop = document.activeElement;
    if (!stop || stop === document.body) return null;
    const style = getComputedStyle(stop);
    const box = stop.getBoundingClientRect();
    return {
      name: stop.textContent.trim().slice(0, 30) || stop.name || stop.tagName,
      ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
      seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
  },
})
