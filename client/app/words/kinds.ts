/** What people do in a step of each kind, in one short sentence. */
import type { Pair } from "../words";

export const deeds: Readonly<Record<string, Pair>> = {
  brief: ["Послушайте ведущего", "Listen to the facilitator"],
  ideate: [
    "Напишите мысли, каждую на своей карточке",
    "Write your thoughts, each on a card of its own",
  ],
  reveal: ["Прочтите, что написали все", "Read what everybody wrote"],
  group: ["Соедините похожее в темы", "Put together what is alike"],
  vote: ["Отдайте голоса тому, что важнее", "Give your votes to what matters"],
  draft: ["Предложите решение или уточните чужое", "Propose a decision or refine another's"],
  claim: ["Возьмите решение на себя или предложите помощь", "Take a decision or offer your help"],
  discuss: ["Поднимите руку, если хотите сказать", "Raise your hand if you want to speak"],
  break: ["Отдохните", "Take a rest"],
  close: ["Посмотрите, что решили и кто взял", "See what was decided and who took it"],
};
