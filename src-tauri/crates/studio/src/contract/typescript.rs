//! Writes the TypeScript of the contract. Used by a test, which also fails when the checked-in file is stale.

use super::declarations::{every_command, every_opening_command};
use super::*;
use sixshot_domain::assess::AudioState;
use sixshot_domain::price::QuoteReason;
use sixshot_domain::*;
use ts_rs::{Config, TS};

macro_rules! declare {
    ($out:ident, $config:ident, $($type:ty),+ $(,)?) => {
        $( $out.push_str(&format!("export {}\n\n", <$type>::decl(&$config))); )+
    };
}

macro_rules! command_lines {
    ($($(#[doc = $doc:literal])* $name:ident($arguments:ty) -> $answer:ty;)+) => {
        pub fn lines(config: &Config) -> String {
            let mut out = String::new();
            $(
                $( out.push_str(&format!("  /**{} */\n", $doc)); )*
                out.push_str(&format!(
                    "  {}: {{ arguments: {}; answer: {} }};\n",
                    stringify!($name), <$arguments>::name(config), <$answer>::name(config),
                ));
            )+
            out
        }
    };
}

mod of_the_studio {
    use super::*;
    every_command!(command_lines);
}

mod of_the_opening {
    use super::*;
    every_opening_command!(command_lines);
}

fn commands(config: &Config) -> String {
    let (studio, opening) = (of_the_studio::lines(config), of_the_opening::lines(config));
    format!(
        "/** Every command: what it takes and what it answers. */\nexport interface Commands {{\n{studio}{opening}}}\n"
    )
}

/// The whole file.
#[must_use]
pub fn typescript() -> String {
    let config = Config::default();
    let mut out = String::from("// Generated from the Rust contract by `cargo xtask bindings`. Do not edit.\n\n");
    declare!(
        out,
        config,
        BoardId,
        ShotId,
        FrameId,
        ProviderId,
        ModelId,
        GenerationId,
        MicroDollars,
        MicroCredits,
        Ratio,
        ShotPlan,
        Transition,
        Overlay,
        ImageFormat,
        FrameTrait,
        Frame,
        Shot,
        Element,
        Board,
        Span,
        LastFrame,
        ImageRules,
        ElementForm,
        Profile,
        Rate,
        PriceTable,
        QuoteReason,
        Quote,
        Severity,
        FindingCode,
        Mend,
        Finding,
        AudioState,
        Assessment,
        GenerationState,
        Theme,
        Renderer,
        View,
        Settings,
        BoardChange,
        ProviderView,
        LivePrice,
        Ending,
        EndArgs,
        Accounts,
        OwnLimits,
        AccountArgs,
        RenameArgs,
        FitArgs,
        PriceArgs,
        BoardSummary,
        Start,
        LibraryView,
        RepairView,
        Spending,
        KeyState,
        KeyPlace,
        KeyTest,
        Problem,
        TakenIn,
        IntakeNote,
        GenerationView,
        Billed,
        GenerationAction,
        Evidence,
        Candidate,
        Verdict,
        Doubt,
        TakeSummary,
        TakeVerdict,
        TakeDetail,
        TakePage,
        Offer,
        RequestPreview,
        Nothing,
        BoardArgs,
        WholeBoard,
        BoardsQuery,
        PathArgs,
        MendArgs,
        TakeFrame,
        Confirmation,
        SendAgain,
        GenerationArgs,
        Adopt,
        TakesQuery,
        TakeArgs,
        ReviewArgs,
        KeepFound,
        FoundPaid,
        FoundTask,
        FoundStanding,
        KeyArgs,
        ProviderArgs,
        SettingsArgs,
        FrameArgs,
        Batch,
        Change,
        MenuItem,
    );
    out.push_str(&format!("/** The one event on the bridge. */\nexport const EVENT = {EVENT:?};\n\n"));
    out.push_str(&format!(
        "/** Frames in one second of the timeline. */\nexport const FRAMES_PER_SECOND = {FRAMES_PER_SECOND};\n\n"
    ));
    out.push_str(&commands(&config));
    out
}
