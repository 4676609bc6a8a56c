"""What a page looks like to those who read and use it, measured in the browser."""

from typing import Any

from playwright.sync_api import Page

# Returns lists of what is wrong. Addresses may break anywhere, and so may a word that fills nearly the whole page by itself.
LAYOUT = """() => {
    const main = document.querySelector("main"), style = getComputedStyle(main);
    const room = main.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const address = /[/.@_=][\\p{L}\\p{N}]/u;
    const range = document.createRange(), broken = [], lines = new Map();
    const boxes = (node, from, to) => {
        range.setStart(node, from);
        range.setEnd(node, to);
        return [...range.getClientRects()].filter((box) => box.width);
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode, element = node.parentElement;
        if (!/\\S/.test(node.data) || element.closest("svg, script, .govuk-visually-hidden, .govuk-skip-link")) continue;
        if (!element.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true })) continue;
        const block = main.contains(element) && !element.closest("td, th, h3, h4") && element.closest("p, li, dd");
        const wraps = boxes(node, 0, node.length).length > 1;
        for (const { 0: text, index } of node.data.matchAll(/\\S+/g)) {
            if (address.test(text)) continue;
            if (block) {
                const line = Math.round(boxes(node, index, index + 1)[0]?.bottom / 8);
                if (!lines.has(block)) lines.set(block, new Map());
                lines.get(block).set(line, (lines.get(block).get(line) ?? -1) + text.length + 1);
            }
            for (const { 0: word, index: start } of wraps ? text.matchAll(/[\\p{L}\\p{N}]+/gu) : []) {
                const pieces = boxes(node, index + start, index + start + word.length);
                const width = pieces.reduce((sum, box) => sum + box.width, 0);
                const rows = new Set(pieces.map((box) => Math.round(box.top)));
                if (rows.size > 1 && width < 0.8 * room) broken.push(`${word} in ${element.outerHTML.slice(0, 60)}`);
            }
        }
    }
    const long = [];
    for (const [block, byLine] of lines) {
        const full = [...byLine.values()].slice(0, -1);
        const mean = full.reduce((sum, letters) => sum + letters, 0) / full.length;
        if (full.length > 1 && mean > 75) long.push(`${Math.round(mean)} letters a line in ${block.outerHTML.slice(0, 90)}`);
    }
    const root = document.documentElement;
    return { beyond: root.scrollWidth - root.clientWidth, broken, long };
}"""

# Returns texts of which a part is hidden where nobody can scroll to it, beside how far the page itself is too wide.
CUT = """() => {
    const style = (one) => getComputedStyle(one), root = document.documentElement, found = new Set();
    const shown = (one) => !one.closest("script, style, option, .visually-hidden, .select2-hidden-accessible")
        && Math.abs(parseFloat(style(one).textIndent)) < 999  // an icon in place of its name
        && one.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true });
    const range = document.createRange(), walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode;
        if (!/\\S/.test(node.data) || !shown(node.parentElement)) continue;
        range.selectNodeContents(node);
        const boxes = [...range.getClientRects()].filter((box) => box.width > 1);
        for (let one = node.parentElement; one !== document.body; one = one.parentElement) {
            const overflow = style(one).overflowX, frame = one.getBoundingClientRect();
            if (overflow === "auto" || overflow === "scroll") break;
            if (overflow === "visible") continue;
            if (boxes.some((box) => box.right > frame.right + 1 || box.left < frame.left - 1))
                found.add(`${node.data.trim().slice(0, 40)} in ${one.outerHTML.slice(0, 60)}`);
        }
    }
    for (const one of document.querySelectorAll("button, [type=submit], select"))
        if (shown(one) && one.scrollWidth > one.clientWidth + 2) found.add(one.outerHTML.slice(0, 80));
    const beyond = root.scrollWidth - root.clientWidth;
    return [...(beyond > 0 ? [`${beyond} px too wide`] : []), ...found];
}"""

# Notes what has the focus after each key: in sight or not, with a ring or not. Returns how many of the first controls exist.
WATCH = """(most) => {
    const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    const seen = (one) => one.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true });
    // Tab goes to the first of some radio buttons, and the arrow keys to the others.
    const stops = (one) => one.type !== "radio" || one === document.querySelector(`[type=radio][name="${one.name}"]`);
    window.wanted = [...document.querySelectorAll(controls)]
        .filter((one) => !one.disabled && seen(one) && stops(one)).slice(0, most);
    window.visited = [];
    window.faults = [];
    const note = () => {
        const one = document.activeElement, style = getComputedStyle(one);
        const says = `${one.tagName} “${one.innerText?.trim().slice(0, 30) || one.name}”`;
        const box = [...one.getClientRects()].find((box) => box.width && box.height);
        const middle = (from, to, end) => (Math.max(from, 0) + Math.min(to, end)) / 2; // of what is in the window
        const shown = box && document.elementFromPoint(
            middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight));
        if (!one.contains(shown)) faults.push(`${says} is covered or out of sight`);
        const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        if (!outlined && style.boxShadow === "none") faults.push(`${says} has no ring`);
        if (visited.length && !(visited.at(-1).compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING))
            faults.push(`${says} comes too late`);
        visited.push(one);
    };
    document.removeEventListener("keyup", window.note, true);
    document.addEventListener("keyup", (window.note = note), true);
    window.scrollTo(0, 0);
    document.body.tabIndex = -1; // so that the next Tab begins at the top of the page
    document.body.focus();
    return window.wanted.length;
}"""
MISSED = """() => [...faults, ...wanted.filter((one) => !visited.includes(one)).map(
    (one) => `Tab does not reach ${one.outerHTML.slice(0, 80)}`)]"""


def show_at(page: Page, width: int, text_size: int = 100) -> None:
    """Make the window so many pixels wide, and the text so many per cent of its usual size."""
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("size => { document.documentElement.style.fontSize = size }", f"{text_size}%")


def layout_faults(page: Page) -> dict[str, Any]:
    """Return what is `beyond` the edge in pixels, words that are `broken` in two, and texts whose lines are too `long`."""
    found: dict[str, Any] = page.evaluate(LAYOUT)
    return found


def cut_off(page: Page, width: int) -> list[str]:
    """Return what cannot be read in a window so many pixels wide."""
    page.set_viewport_size({"width": width, "height": 900})
    found: list[str] = page.evaluate(CUT)
    return found


def keyboard_faults(page: Page, most: int) -> list[str]:
    """Press Tab from the top of a page, and return what was not reached, not in order, out of sight or without a ring.

    It ends after so many controls, at the most: long lists repeat themselves.
    """
    for _ in range(page.evaluate(WATCH, most)):
        page.keyboard.press("Tab")
    found: list[str] = page.evaluate(MISSED)
    return found
