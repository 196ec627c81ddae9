//! The one list of commands, and its TypeScript.

/// Calls the given macro with every command: name, arguments, answer.
///
/// Both the dispatcher and the TypeScript are made from this list, so a command cannot exist on one side only.
macro_rules! every_command {
    ($then:ident) => {
        $then! {
            /// Everything the first picture needs.
            start(Nothing) -> Start;
            /// The window has drawn itself: what is slow may begin.
            ready(Nothing) -> Nothing;
            /// The person has read what was repaired.
            forget_repair(Nothing) -> Nothing;
            /// The list of boards.
            list_boards(BoardsQuery) -> Vec<BoardSummary>;
            /// A board with all its parts.
            open_board(BoardArgs) -> Board;
            /// Keeps a draft. The newest of two saves wins; the window saves after each pause in typing.
            save_board(WholeBoard) -> BoardSummary;
            /// A new empty board.
            create_board(Nothing) -> Board;
            /// A copy of a board under a new id.
            duplicate_board(BoardArgs) -> Board;
            /// Gives a board another name, open or not.
            rename_board(RenameArgs) -> BoardSummary;
            /// Puts a board in the trash.
            trash_board(BoardArgs) -> BoardSummary;
            /// Takes a board out of the trash.
            restore_board(BoardArgs) -> BoardSummary;
            /// Findings and price of a board.
            assess(WholeBoard) -> Assessment;
            /// The same board at every provider, cheapest first, those that would not take it last.
            compare_offers(WholeBoard) -> Vec<Offer>;
            /// The board with the smallest change that makes it fit a model, asked of that model.
            fit_board(FitArgs) -> Board;
            /// What the board's provider itself asks for it now: free.
            ask_price(WholeBoard) -> LivePrice;
            /// Keeps a person's own figure for a price, or puts the shipped one back.
            set_price(PriceArgs) -> Vec<PriceTable>;
            /// The exact request.
            preview_request(WholeBoard) -> RequestPreview;
            /// Takes in a picture that was dropped.
            take_in_path(PathArgs) -> TakenIn;
            /// Takes in a picture from the clipboard; nothing when the clipboard holds none.
            take_in_clipboard(Nothing) -> Option<TakenIn>;
            /// Lets the person choose a picture; nothing when they cancel.
            pick_frame(Nothing) -> Option<TakenIn>;
            /// A changed copy of a picture.
            mend_frame(MendArgs) -> TakenIn;
            /// A frame of a take as a picture.
            frame_from_take(TakeFrame) -> TakenIn;
            /// Renders the board locally.
            rehearse(WholeBoard) -> GenerationView;
            /// Buys the board.
            generate(Confirmation) -> Vec<GenerationView>;
            /// Ends a generation the way its button said.
            end_generation(EndArgs) -> GenerationView;
            /// Lets everything go on that waits for money at a provider.
            go_on(ProviderArgs) -> Nothing;
            /// Asks the provider again for a lost request.
            look_up_generation(GenerationArgs) -> GenerationView;
            /// Names the task that a lost request became.
            adopt_generation(Adopt) -> GenerationView;
            /// Buys a lost request again.
            send_again(SendAgain) -> GenerationView;
            /// Fetches the clip again.
            fetch_again(GenerationArgs) -> GenerationView;
            /// Takes an ended generation off the list.
            dismiss_generation(GenerationArgs) -> Nothing;
            /// One page of the gallery.
            list_takes(TakesQuery) -> TakePage;
            /// Everything about a take.
            open_take(TakeArgs) -> TakeDetail;
            /// Keeps a reviewer's word.
            review_take(ReviewArgs) -> TakeSummary;
            /// Puts a take in the trash.
            trash_take(TakeArgs) -> TakeSummary;
            /// Takes a take out of the trash.
            restore_take(TakeArgs) -> TakeSummary;
            /// A new board from a take's frozen one.
            reuse_take(TakeArgs) -> Board;
            /// Shows the clip in the system's file manager.
            reveal_take(TakeArgs) -> Nothing;
            /// Lets the person save a copy of the clip; false when they cancel.
            export_take(TakeArgs) -> bool;
            /// Stores a key.
            set_key(KeyArgs) -> KeyState;
            /// Uses another account of a provider from now on.
            choose_account(AccountArgs) -> KeyState;
            /// Removes the key of the account in use, and its name.
            forget_key(ProviderArgs) -> KeyState;
            /// Asks the provider for the balance: free.
            test_key(ProviderArgs) -> KeyTest;
            /// Looks at a provider for clips that were paid for and that no generation owns: free.
            find_paid(ProviderArgs) -> FoundPaid;
            /// Takes over a task that was found, and fetches its clip: free.
            keep_found(KeepFound) -> GenerationView;
            /// Lets the person save the ledger; false when they cancel.
            export_ledger(Nothing) -> bool;
            /// Keeps settings.
            save_settings(SettingsArgs) -> Settings;
        }
    };
}
pub(crate) use every_command;

/// The same for the commands about the opening itself: carried out around the studio, also where there is none.
macro_rules! every_opening_command {
    ($then:ident) => {
        $then! {
            /// Opens the library once more: it may be free, or plugged in by now. Ask `start` afterwards.
            reopen_library(Nothing) -> Nothing;
            /// Closes the library, repairs it and opens it again. Ask `start` afterwards.
            repair_library(Nothing) -> Nothing;
            /// Lets the person choose the folder where the library is now; false when they cancel. Ask `start` afterwards.
            find_library(Nothing) -> bool;
            /// Begins a new library where the one that is gone was looked for. Ask `start` afterwards.
            begin_library(Nothing) -> Nothing;
        }
    };
}
pub(crate) use every_opening_command;
