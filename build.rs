//! Packs the icon sets, so that a binary that can draw any icon by its name grows by the deflated 4 MB and not by 15.
//!
//! The crates that hold the sets find an icon by name and do not list them, so the names stand in
//! `src/markdown/icons/*.txt`, in the order of the packed drawings. A new version of a set comes with its names:
//!
//! ```text
//! grep -rhoP 'slug: "\K[^"]+' ~/.cargo/registry/src/*/octicons-pack-*/src/icons | LC_ALL=C sort -u
//! ```
//!
//! (For Font Awesome they are the keys of `src/finder`, with a dash for the slash.) A name without a drawing ends the build.
//!
//! The format, which `src/markdown/icons/mod.rs` reads: how many drawings are in a group, and then each group as the number of its
//! bytes (both 32 bits, little endian) and these bytes, which deflate made of one drawing a line: the `viewBox`, a bar,
//! and what stands inside of the `<svg>`.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    for set in ["material", "octicons", "fontawesome", "simple"] {
        let names = format!("src/markdown/icons/{set}.txt");
        println!("cargo:rerun-if-changed={names}");
        let packed = Path::new(&env::var("OUT_DIR")?).join(format!("{set}.icons"));
        fs::write(packed, packed::set(set, &fs::read_to_string(names)?)?)?;
    }
    Ok(())
}

#[cfg(not(feature = "icons"))]
mod packed {
    /// Nothing: the names are known, and none is drawn.
    pub fn set(_: &str, _: &str) -> Result<Vec<u8>, String> {
        Ok(Vec::new())
    }
}

#[cfg(feature = "icons")]
mod packed {
    use std::error::Error;

    /// Drawings that are packed together: few, because one icon of a page unpacks them all.
    const GROUP: usize = 32;

    /// The drawings of all `names` of `set`.
    pub fn set(set: &str, names: &str) -> Result<Vec<u8>, Box<dyn Error>> {
        let drawings = names.lines().map(|name| drawing(set, name)).collect::<Result<Vec<_>, _>>()?;
        let mut packed = u32::try_from(GROUP)?.to_le_bytes().to_vec();
        for group in drawings.chunks(GROUP) {
            let bytes = miniz_oxide::deflate::compress_to_vec_zlib(group.join("\n").as_bytes(), 9);
            packed.extend(u32::try_from(bytes.len())?.to_le_bytes());
            packed.extend(bytes);
        }
        Ok(packed)
    }

    fn drawing(set: &str, name: &str) -> Result<String, String> {
        svg(set, name)
            .and_then(line)
            .ok_or_else(|| format!("{set} has no `{name}`, or its drawing is not what it was: see build.rs"))
    }

    fn svg(set: &str, name: &str) -> Option<&'static str> {
        match set {
            "material" => material_design_icons_pack::get_icon(name).map(|icon| icon.svg),
            "octicons" => octicons_pack::get_icon(name).map(|icon| icon.svg),
            "fontawesome" => {
                fontawesome_free_pack::get_icon(&name.replacen('-', "/", 1)).map(|icon| icon.svg)
            }
            "simple" => simple_icons_pack::get_icon(name).map(|icon| icon.svg),
            _ => None,
        }
    }

    /// `0 0 24 24|<path …/>`: without ids, which a page must not have twice, and without titles, since icons stand
    /// beside words.
    fn line(svg: &str) -> Option<String> {
        let (head, inner) = svg.strip_prefix("<svg ")?.strip_suffix("</svg>")?.split_once('>')?;
        let (view, _) = head.split_once("viewBox=\"")?.1.split_once('"')?;
        let inner = match inner.strip_prefix("<title>") {
            Some(titled) => titled.split_once("</title>")?.1,
            None => inner,
        };
        let paths = inner.replace(" fill=\"currentColor\"", "");
        (!paths.contains(['\n', '|'])).then(|| format!("{view}|{paths}"))
    }
}
