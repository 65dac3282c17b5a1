/** What can be taken away at any moment, and the result page as this role sees it. */
import { useState } from "preact/hooks";
import { Button, Sheet } from "../parts";
import { lang, t } from "../words";
import { desk as words } from "../words/moderator";
import { formats } from "../words/moderator-lists";
import type { Desk } from "./desk";

const FORMATS = ["md", "csv", "json"] as const;
type Format = (typeof FORMATS)[number];

/** Fetches the result as a file and hands it to the browser. Throws where the server refuses. */
async function download(desk: Desk, format: Format): Promise<void> {
  const { code, token } = desk.room.session;
  const answer = await fetch(`/api/rooms/${code}/result`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ as: format, lang: lang.value }),
  });
  if (!answer.ok) throw new Error(`result: status ${answer.status}`);
  save(await answer.blob(), `oneroom-${code}.${format}`);
}

function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export function Downloads({ desk }: { desk: Desk }) {
  const [failed, setFailed] = useState(false);
  const get = (format: Format) => {
    setFailed(false);
    download(desk, format).catch(() => setFailed(true));
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
      <Downloads desk={desk} />
      <p class="soft">{t(words.resultLead)}</p>
    </Sheet>
  );
}
