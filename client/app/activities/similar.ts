/**
 * Which cards seem to speak of the same thing. Advice from their words alone, computed on the
 * phone: parts of words that few cards share count most, endings and small words hardly.
 */

export interface Worded {
  readonly id: number;
  readonly text: string | null;
}

export interface Found {
  readonly id: number;
  /** From 0, nothing in common, to 1, the same words. */
  readonly score: number;
}

/** Less in common than this is chance. */
export const ALIKE = 0.24;
const PART = 3;

const cut = new Map<string, ReadonlySet<string>>();
const CUT_KEPT = 4_000;

/** The beginnings of a text's words and the parts inside them, three letters each. */
export function partsOf(text: string): ReadonlySet<string> {
  const known = cut.get(text);
  if (known) return known;
  const parts = new Set<string>();
  for (const word of text
    .toLowerCase()
    .replace(/ё/g, "е")
    .match(/[\p{L}\d]{3,}/gu) ?? []) {
    parts.add(`^${word.slice(0, 4)}`);
    const stem = word.length > 5 ? word.slice(0, -2) : word;
    for (let i = 0; i + PART <= stem.length; i++) parts.add(stem.slice(i, i + PART));
  }
  if (cut.size >= CUT_KEPT) cut.clear();
  cut.set(text, parts);
  return parts;
}

const AT_ONCE = 8;

/** Cuts texts a few at a time, so that nobody waits when the first card is chosen. */
export function cutAhead(texts: readonly string[]): () => void {
  let at = 0;
  let timer = setTimeout(function next() {
    for (const text of texts.slice(at, at + AT_ONCE)) partsOf(text);
    at += AT_ONCE;
    if (at < texts.length) timer = setTimeout(next);
  });
  return () => clearTimeout(timer);
}

export class Similar {
  private readonly texts = new Map<number, ReadonlySet<string>>();
  private readonly holders = new Map<string, number[]>();
  private readonly lengths = new Map<number, number>();
  private readonly words = new Map<number, string | null>();

  constructor(cards: readonly Worded[]) {
    for (const card of cards) {
      this.words.set(card.id, card.text);
      const parts = partsOf(card.text ?? "");
      this.texts.set(card.id, parts);
      for (const part of parts) {
        const holders = this.holders.get(part);
        if (holders) holders.push(card.id);
        else this.holders.set(part, [card.id]);
      }
    }
  }

  /** Whether it was made of just these texts; where a card lies changes nothing here. */
  isOf(cards: readonly Worded[]): boolean {
    return (
      cards.length === this.words.size &&
      cards.every((card) => this.words.get(card.id) === card.text)
    );
  }

  /** All that have something in common with the chosen cards, the most alike first. */
  to(chosen: readonly number[]): readonly Found[] {
    const asked = this.together(chosen);
    const sums = new Map<number, number>();
    for (const [part, weight] of asked) {
      const share = weight * this.rarity(part);
      for (const id of this.holders.get(part) ?? []) sums.set(id, (sums.get(id) ?? 0) + share);
    }
    for (const id of chosen) sums.delete(id);
    const length = norm(asked.values());
    return [...sums]
      .map(([id, sum]) => ({ id, score: sum / (length * this.lengthOf(id) || 1) }))
      .sort((a, b) => b.score - a.score || a.id - b.id);
  }

  /** What the chosen cards say between them: a part weighs more where several of them have it. */
  private together(chosen: readonly number[]): ReadonlyMap<string, number> {
    const weights = new Map<string, number>();
    for (const id of chosen) {
      for (const part of this.texts.get(id) ?? []) {
        weights.set(part, (weights.get(part) ?? 0) + this.rarity(part) / chosen.length);
      }
    }
    return weights;
  }

  private rarity(part: string): number {
    return Math.log(1 + this.texts.size / (this.holders.get(part)?.length ?? 1));
  }

  private lengthOf(id: number): number {
    const known = this.lengths.get(id);
    if (known !== undefined) return known;
    let sum = 0;
    for (const part of this.texts.get(id) ?? []) sum += this.rarity(part) ** 2;
    const length = Math.sqrt(sum);
    this.lengths.set(id, length);
    return length;
  }
}

function norm(weights: Iterable<number>): number {
  let sum = 0;
  for (const weight of weights) sum += weight * weight;
  return Math.sqrt(sum);
}
