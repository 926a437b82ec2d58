// The three roots that the generator walks from: everything a bot may send as Block Kit.
import type { HomeView, KnownBlock, ModalView } from "@slack/types";

export interface BlockKit {
  modal: ModalView;
  home: HomeView;
  block: KnownBlock;
}
