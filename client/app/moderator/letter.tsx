/** Letters to paste: what an invitation says, in both languages. */
import { useState } from "preact/hooks";
import type { RoomLink } from "../links";
import { Button, copyText, Sheet } from "../parts";
import { testId } from "../testids";
import { type Lang, t } from "../words";
import { desk as words } from "../words/moderator";
import type { Desk } from "./desk";
import { invitation, maskOf } from "./invite";
import { roleName } from "./role-name";

/** The invitation by a link of the room. */
export function Letter(props: { desk: Desk; link: RoomLink; onClose: () => void }) {
  const { desk, link, onClose } = props;
  return (
    <LetterSheet
      title={t(words.letterFor, roleName(maskOf(link.role)))}
      write={(language) => invitation(desk.room, link, language)}
      onClose={onClose}
    />
  );
}

const LANGUAGES: readonly (readonly [Lang, string])[] = [
  ["ru", "Русский"],
  ["en", "English"],
];

interface LetterProps {
  readonly title: string;
  readonly write: (language: Lang) => string;
  readonly onClose: () => void;
}

/** A letter in both languages, ready to paste. */
export function LetterSheet({ title, write, onClose }: LetterProps) {
  const [copied, setCopied] = useState<Lang | null>(null);
  const copy = (language: Lang, text: string) =>
    void copyText(text).then((done) => setCopied(done ? language : null));
  return (
    <Sheet title={title} onClose={onClose}>
      {LANGUAGES.map(([language, name]) => {
        const text = write(language);
        return (
          <section key={language} class="letter" lang={language}>
            <h3>{name}</h3>
            <textarea
              readOnly
              rows={6}
              value={text}
              aria-label={name}
              onFocus={(event) => event.currentTarget.select()}
              {...testId(`letter-${language}`)}
            />
            <Button id="letter-copy" onPress={() => copy(language, text)}>
              {t(copied === language ? words.copied : words.copyLetter)}
            </Button>
          </section>
        );
      })}
    </Sheet>
  );
}
