/** The result page, fetched when it is first needed. */
import { lazy } from "../lazy";
import { t } from "../words";
import { common } from "../words/common";

export const ResultPage = lazy(() => import("./page").then((file) => file.ResultPage), Coming);

/** Until it is there, only for those who hear the page: sighted people see it coming. */
function Coming() {
  return <h1 class="sr">{t(common.connecting)}</h1>;
}
