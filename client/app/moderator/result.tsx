/** What can be taken away at any moment, and the result page as this role sees it. */
import { useState } from "preact/hooks";
import { Button, Sheet } from "../parts";
import { download } from "../result/data";
import { ResultPage } from "../result/later";
import { t } from "../words";
import { desk as words } from "../words/moderator";
import { formats } from "../words/moderator-lists";
import type { Desk } from "./desk";

const FORMATS = ["md", "csv", "json"] as const;
type Format = (typeof FORMATS)[number];

export function Downloads({ desk }: { desk: Desk }) {
  const [failed, setFailed] = useState(false);
  const get = (format: Format) => {
    setFailed(false);
    download(desk.room, format).catch(() => setFailed(true));
  };
  return (
    <section class="downloads">
      <div class="card__deeds">
        {FORMATS.map((format) => (
          <Button key={format} id={`download-${format}`} onPress={() => get(format)}>
            {t(formats[format])}
          </Button>
        ))}
      </div>
      {failed && (
        <p class="warn" role="alert">
          {t(words.downloadFailed)}
        </p>
      )}
    </section>
  );
}

/** The result as this moderator may read it. */
export function ResultSheet({ desk }: { desk: Desk }) {
  return (
    <Sheet title={t(words.result)} onClose={() => desk.open(null)}>
      <p class="soft">{t(words.resultLead)}</p>
      <ResultPage room={desk.room} />
    </Sheet>
  );
}
