/**
 * Names by which tests find controls (`data-testid`). They are stable; words and looks are not.
 *
 * Everywhere    conn · step-name · timer · lang-ru · lang-en · toast · cancel
 * Join          join-name · join-dept-<id> · join-dept-other · join-dept-name · join-onsite ·
 *               join-remote · join-role-<bit> · join-send
 * Phone         lobby · wait · done · park-text · park-send · leftover · leftover-text ·
 *               leftover-lane-<n> · leftover-keep · leftover-send · leftover-drop · leftover-undo · returned ·
 *               returned-again · returned-copy · returned-drop · gate · gate-act · unsent ·
 *               unsent-copy · over · result-close · catch-up · caught-up · clock-news ·
 *               hosts-away · react
 * Menu          menu-why · menu-back · menu-result · menu-park · menu-profile · menu-leave ·
 *               me-name · me-save · leave · erase
 * Ideas         idea-text · idea-send · idea-lane-<n> · idea (data-state sending|sent) ·
 *               idea-edit · idea-edit-text · idea-edit-save · idea-withdraw · idea-again ·
 *               idea-too-long · anon-note · few-note · few-skip
 * Cards         card · card-open · idea-help-text · idea-help-send · idea-help-back · spotlight
 * Groups        pick · pick-none · merge · group · group-open · group-name · group-rename ·
 *               take-out · undo · to-theme · name-theme · join-themes · alike · alike-take
 * Votes         choice · dot-more · dot-less · dots-left · agree · disagree · pass ·
 *               opinion-back · tally · gap · answers · answer
 * Decisions     propose-open · propose-what · propose-result · propose-measure ·
 *               propose-assumption · propose-due · propose-send · decision · decision-edit ·
 *               claim · list-back · sign · sign-plain · signed · help-open · help-text ·
 *               help-send · help-back · release-open · release-text · release-send · invitation ·
 *               invitation-open · decline · propose-from · take-theirs · to-sign · handed ·
 *               hand-open · hand-to · hand-drop · handing · unsent-decision · unsent-open ·
 *               unsent-drop
 * Talk          hand-up · hand-down · hand · floor
 * Moderator     next · back · pause · resume · plus1 · minus1 · plus5 ·
 *               move-end (offered when the bank is empty) · end-plus5 · stop ·
 *               agenda-step (data-state) · skip · turnout · reveal-all · reveal-lane-<n> ·
 *               mod-card · card-hide · card-restore · card-edit · card-edit-text ·
 *               card-edit-save · card-park · card-redact · late-admit · late-leave · seat ·
 *               seat-remove · coverage · give-floor · fate-<fate> · invite · invite-seat ·
 *               links-open · link · link-url · link-copy · link-letter · letter-<lang> ·
 *               letter-copy · link-show · link-large · link-role-<role> · link-add · link-revoke ·
 *               close-room · close-open · close-sure · fates-open · unsettled · settle ·
 *               mod-tab-<name> · mod-page-<name> · open-<sheet> · agenda-open · finish · bank · time-open ·
 *               minutes · minus-own · plus-own · end-minus5 · end-plus15 · insert-open ·
 *               insert-after · insert-kind-<kind> · insert-name · insert-prompt ·
 *               insert-after-step · insert-internal · insert-anonymous · insert-send · said ·
 *               undo-last · hint-<hint> · hint-plus1 · hint-plus5 · hint-next · hint-stop ·
 *               missed · missed-resume · warning-<code> · warning-expect · warning-links ·
 *               warning-aside · ready · voice · silent · silent-one · heard-share · remind ·
 *               expect-open · expect-name · expect-internal · expect-send · late-joined ·
 *               everybody-open · find · typing · pile · mod-pick · card-open · spot · spot-off ·
 *               spotlit · view-stage · view-phone · hand-side · menu-open · menu-name ·
 *               menu-close · keys-open · result-open · download-<format> · name-me · name-open ·
 *               host-name · host-name-send · links-second · links-door
 *               absent-name · absent-send · absent-link · awaited
 *               eyes-<role> · group-join · seat-remove-sure · seat-erase
 * Stage         stage-title · stage-timer · stage-qr · stage-code · stage-count · stage-card ·
 *               stage-group · stage-tally · stage-decision (data-state open|signed) ·
 *               stage-hand · stage-spotlight · stage-signatures · stage-reactions · stage-sound
 * Home          home-key · home-key-keep · home-key-forget · home-template · home-title ·
 *               home-goal · home-day · home-time · home-departments · home-department ·
 *               home-department-add · home-department-mark · home-department-remove ·
 *               home-usual · home-no-internal · home-roles · home-role-<role> · home-together ·
 *               home-named · home-nameless · home-lang-ru · home-lang-en · home-create ·
 *               home-new · home-again · home-ready · home-desk · home-link · home-copy ·
 *               home-copy-all · home-qr · home-back · home-room · home-room-open ·
 *               home-room-links · home-forget · home-undo · home-code · home-enter ·
 *               home-code-problem
 * Result        result · result-decision (data-state) · result-csv · result-md · result-json ·
 *               result-print · result-more · result-calendar
 */
const NAMES = [
  "cancel",
  "pick-none",
  "opinion-back",
  "list-back",
  "invitation-open",
  "leftover-keep",
  "leftover-text",
  "returned-copy",
  "end-plus5",
  "gate",
  "gate-act",
  "unsent",
  "unsent-copy",
  "over",
  "result-close",
  "catch-up",
  "caught-up",
  "clock-news",
  "leftover-undo",
  "hosts-away",
  "react",
  "menu-why",
  "menu-back",
  "menu-result",
  "menu-park",
  "menu-profile",
  "menu-leave",
  "me-name",
  "me-save",
  "leave",
  "erase",
  "link-copy",
  "home-lang-ru",
  "home-lang-en",
  "home-copy",
  "conn",
  "step-name",
  "timer",
  "lang-ru",
  "lang-en",
  "toast",
  "join-name",
  "join-dept-other",
  "join-dept-name",
  "join-onsite",
  "join-remote",
  "join-send",
  "lobby",
  "wait",
  "done",
  "park-text",
  "park-send",
  "leftover",
  "leftover-send",
  "leftover-drop",
  "returned",
  "returned-again",
  "returned-drop",
  "idea-text",
  "idea-send",
  "idea",
  "idea-edit",
  "idea-edit-text",
  "idea-edit-save",
  "idea-withdraw",
  "anon-note",
  "few-note",
  "few-skip",
  "idea-again",
  "idea-too-long",
  "card",
  "card-open",
  "idea-help-text",
  "idea-help-send",
  "idea-help-back",
  "spotlight",
  "pick",
  "merge",
  "group",
  "group-open",
  "group-name",
  "group-rename",
  "take-out",
  "to-theme",
  "name-theme",
  "join-themes",
  "alike",
  "alike-take",
  "undo",
  "choice",
  "dot-more",
  "dot-less",
  "dots-left",
  "agree",
  "disagree",
  "pass",
  "tally",
  "gap",
  "answers",
  "answer",
  "propose-open",
  "propose-what",
  "propose-result",
  "propose-measure",
  "propose-assumption",
  "propose-due",
  "propose-send",
  "decision",
  "decision-edit",
  "claim",
  "sign",
  "sign-plain",
  "signed",
  "help-open",
  "help-text",
  "help-send",
  "help-back",
  "release-open",
  "release-text",
  "release-send",
  "invitation",
  "decline",
  "propose-from",
  "take-theirs",
  "unsent-decision",
  "unsent-open",
  "unsent-drop",
  "to-sign",
  "handed",
  "hand-open",
  "hand-to",
  "hand-drop",
  "handing",
  "hand-up",
  "hand-down",
  "hand",
  "floor",
  "next",
  "back",
  "pause",
  "resume",
  "plus1",
  "minus1",
  "plus5",
  "move-end",
  "stop",
  "agenda-step",
  "skip",
  "turnout",
  "reveal-all",
  "mod-card",
  "card-hide",
  "card-restore",
  "card-edit",
  "card-edit-text",
  "card-edit-save",
  "card-park",
  "card-redact",
  "late-admit",
  "late-leave",
  "seat",
  "seat-remove",
  "coverage",
  "give-floor",
  "invite",
  "invite-seat",
  "links-open",
  "link",
  "link-url",
  "link-revoke",
  "close-room",
  "insert-open",
  "agenda-open",
  "insert-after",
  "finish",
  "bank",
  "time-open",
  "said",
  "undo-last",
  "close-open",
  "pile",
  "mod-pick",
  "card-open",
  "fates-open",
  "seat-remove-sure",
  "seat-erase",
  "group-join",
  "absent-name",
  "absent-send",
  "absent-link",
  "awaited",
  "unsettled",
  "settle",
  "silent",
  "heard-share",
  "silent-one",
  "remind",
  "expect-open",
  "expect-name",
  "expect-internal",
  "expect-send",
  "find",
  "hand-side",
  "menu-open",
  "name-me",
  "menu-name",
  "result-open",
  "keys-open",
  "menu-close",
  "insert-name",
  "insert-prompt",
  "insert-internal",
  "insert-send",
  "insert-anonymous",
  "insert-after-step",
  "late-joined",
  "link-letter",
  "link-show",
  "link-large",
  "letter-ru",
  "letter-en",
  "letter-copy",
  "link-add",
  "name-open",
  "links-second",
  "links-door",
  "warning-expect",
  "warning-links",
  "warning-aside",
  "host-name",
  "host-name-send",
  "missed",
  "missed-resume",
  "hint-plus1",
  "hint-plus5",
  "hint-next",
  "hint-stop",
  "ready",
  "voice",
  "everybody-open",
  "spot",
  "spot-off",
  "spotlit",
  "typing",
  "minutes",
  "minus-own",
  "plus-own",
  "end-minus5",
  "end-plus15",
  "view-stage",
  "view-phone",
  "close-sure",
  "stage-title",
  "stage-timer",
  "stage-qr",
  "stage-code",
  "stage-count",
  "stage-card",
  "stage-group",
  "stage-tally",
  "stage-decision",
  "stage-hand",
  "stage-spotlight",
  "stage-signatures",
  "stage-reactions",
  "stage-sound",
  "home-key",
  "home-template",
  "home-title",
  "home-goal",
  "home-departments",
  "home-create",
  "home-link",
  "home-key-keep",
  "home-key-forget",
  "home-day",
  "home-time",
  "home-department",
  "home-department-add",
  "home-department-mark",
  "home-department-remove",
  "home-usual",
  "home-no-internal",
  "home-roles",
  "home-together",
  "home-named",
  "home-nameless",
  "home-new",
  "home-again",
  "home-ready",
  "home-desk",
  "home-copy-all",
  "home-qr",
  "home-back",
  "home-room",
  "home-room-open",
  "home-room-links",
  "home-forget",
  "home-undo",
  "home-code",
  "home-enter",
  "home-code-problem",
  "result",
  "result-decision",
  "result-csv",
  "result-md",
  "result-json",
  "result-print",
  "result-more",
  "result-calendar",
] as const;

type Numbered =
  | `join-dept-${number}`
  | `join-role-${number}`
  | `leftover-lane-${number}`
  | `idea-lane-${number}`
  | `reveal-lane-${number}`
  | `link-role-${number}`
  | `eyes-${number}`
  | `insert-kind-${string}`
  | `warning-${string}`
  | `hint-${string}`
  | `open-${string}`
  | `download-${string}`
  | `home-role-${string}`
  | `fate-${string}`
  | `mod-tab-${string}`
  | `mod-page-${string}`;

/** Only a name of the list may be used as a `data-testid`. */
export type TestId = (typeof NAMES)[number] | Numbered;

export const testId = (name: TestId) => ({ "data-testid": name });
