//! The application's menu. Its items are carried out by the window.

use sixshot_studio::contract::MenuItem;
use tauri::menu::{Menu, MenuBuilder, MenuItemBuilder, PredefinedMenuItem, Submenu, SubmenuBuilder};
use tauri::{AppHandle, Wry};

/// The item that ends the program. The shell carries it out itself.
pub const QUIT: &str = "quit";

/// Name, words and keys of an item. Undo and redo have no keys here: inside a text field they belong to the text.
const fn words(item: MenuItem) -> (&'static str, &'static str, Option<&'static str>) {
    match item {
        MenuItem::NewBoard => ("new-board", "New Board", Some("CmdOrCtrl+N")),
        MenuItem::DuplicateBoard => ("duplicate-board", "Duplicate Board", Some("CmdOrCtrl+D")),
        MenuItem::Rehearse => ("rehearse", "Rehearse", Some("CmdOrCtrl+R")),
        MenuItem::Generate => ("generate", "Generate…", None),
        MenuItem::Undo => ("undo", "Undo", None),
        MenuItem::Redo => ("redo", "Redo", None),
        MenuItem::Compose => ("compose", "Compose", Some("CmdOrCtrl+1")),
        MenuItem::Gallery => ("gallery", "Gallery", Some("CmdOrCtrl+2")),
        MenuItem::Queue => ("queue", "Queue", Some("CmdOrCtrl+J")),
        MenuItem::Settings => ("settings", "Settings", Some("CmdOrCtrl+Comma")),
        MenuItem::Keys => ("keys", "Keyboard", None),
    }
}

/// The item with a name.
#[must_use]
pub fn item_of(id: &str) -> Option<MenuItem> {
    MenuItem::ALL.into_iter().find(|item| words(*item).0 == id)
}

/// Builds the menu.
///
/// # Errors
/// When the system refuses.
pub fn build(app: &AppHandle) -> tauri::Result<Menu<Wry>> {
    let file = submenu(app, "File", &[MenuItem::NewBoard, MenuItem::DuplicateBoard])?;
    file.append(&PredefinedMenuItem::separator(app)?)?;
    // Not the toolkit's own: GTK has none, and elsewhere it would end the program past the page that saves.
    file.append(&MenuItemBuilder::with_id(QUIT, "Quit").accelerator("CmdOrCtrl+Q").build(app)?)?;
    let edit = submenu(app, "Edit", &[MenuItem::Undo, MenuItem::Redo])?;
    let clip = submenu(app, "Clip", &[MenuItem::Rehearse, MenuItem::Generate])?;
    let view = submenu(app, "View", &[MenuItem::Compose, MenuItem::Gallery, MenuItem::Queue, MenuItem::Settings])?;
    let help = submenu(app, "Help", &[MenuItem::Keys])?;
    MenuBuilder::new(app).items(&[&file, &edit, &clip, &view, &help]).build()
}

fn submenu(app: &AppHandle, title: &str, items: &[MenuItem]) -> tauri::Result<Submenu<Wry>> {
    let submenu = SubmenuBuilder::new(app, title).build()?;
    for item in items {
        let (id, text, keys) = words(*item);
        let builder = MenuItemBuilder::with_id(id, text);
        let builder = match keys {
            Some(keys) => builder.accelerator(keys),
            None => builder,
        };
        submenu.append(&builder.build(app)?)?;
    }
    Ok(submenu)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_found_by_its_name() {
        for item in MenuItem::ALL {
            assert_eq!(item_of(words(item).0), Some(item));
        }
        assert_eq!(item_of("elsewhere"), None);
    }
}
