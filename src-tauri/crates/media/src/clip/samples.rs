//! Where each picture of a track lies in the file and when it is shown.

use super::boxes::{child, need, table, u32_at, u64_at};
use super::error::ClipError;

/// More pictures than two hours at 24 a second; a clip has some hundreds.
const MAX_SAMPLES: usize = 200_000;

/// One compressed picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    pub offset: u64,
    pub size: u32,
    /// When it is shown, in units of the track.
    pub shown: i64,
    /// Decoding can begin here.
    pub sync: bool,
}

/// The samples in the order of decoding and the length of them all in units of the track.
pub(super) fn read(stbl: &[u8], file_length: u64) -> Result<(Vec<Sample>, u64), ClipError> {
    let sizes = sizes(need(stbl, b"stsz")?)?;
    let offsets = offsets(stbl, &sizes)?;
    // Pictures that share their bytes could make a small file take hours to look through.
    if sizes.iter().map(|size| u64::from(*size)).sum::<u64>() > file_length {
        return Err(ClipError::damaged("its pictures are larger together than the file"));
    }
    let (times, length) = times(need(stbl, b"stts")?, sizes.len())?;
    let delays = delays(child(stbl, b"ctts")?, sizes.len())?;
    let mut samples = Vec::with_capacity(sizes.len());
    for (index, size) in sizes.iter().enumerate() {
        let offset = offsets[index];
        if offset.checked_add(u64::from(*size)).is_none_or(|end| end > file_length) {
            return Err(ClipError::Truncated);
        }
        let shown = times[index].saturating_add(delays[index]);
        samples.push(Sample { offset, size: *size, shown, sync: false });
    }
    mark_sync(child(stbl, b"stss")?, &mut samples)?;
    Ok((samples, length))
}

fn sizes(stsz: &[u8]) -> Result<Vec<u32>, ClipError> {
    let (same, count) = (u32_at(stsz, 4)?, u32_at(stsz, 8)? as usize);
    if count > MAX_SAMPLES {
        return Err(ClipError::damaged("it claims more pictures than any clip has"));
    }
    if same != 0 {
        return Ok(vec![same; count]);
    }
    Ok(table::<1>(stsz, 4)?.into_iter().map(|[size]| size).collect())
}

/// Chunks hold runs of samples; the offset of each sample follows from the sizes of those before it in its chunk.
fn offsets(stbl: &[u8], sizes: &[u32]) -> Result<Vec<u64>, ClipError> {
    let chunks: Vec<u64> = match child(stbl, b"stco")? {
        Some(stco) => table::<1>(stco, 0)?.into_iter().map(|[offset]| u64::from(offset)).collect(),
        None => {
            let rows = table::<2>(need(stbl, b"co64")?, 0)?;
            rows.into_iter().map(|[high, low]| u64::from(high) << 32 | u64::from(low)).collect()
        }
    };
    let runs = table::<3>(need(stbl, b"stsc")?, 0)?;
    let mut offsets = Vec::with_capacity(sizes.len());
    let mut run = 0;
    for (index, start) in chunks.iter().enumerate() {
        while runs.get(run + 1).is_some_and(|[first, ..]| *first as usize <= index + 1) {
            run += 1;
        }
        let Some([_, in_chunk, _]) = runs.get(run) else { break };
        let mut at = *start;
        for _ in 0..*in_chunk {
            let Some(size) = sizes.get(offsets.len()) else { break };
            offsets.push(at);
            at = at.saturating_add(u64::from(*size));
        }
    }
    if offsets.len() < sizes.len() {
        return Err(ClipError::damaged("its tables disagree about the number of pictures"));
    }
    Ok(offsets)
}

fn times(stts: &[u8], count: usize) -> Result<(Vec<i64>, u64), ClipError> {
    let mut times = Vec::with_capacity(count);
    let mut now = 0_u64;
    for [run, step] in table::<2>(stts, 0)? {
        for _ in 0..run {
            if times.len() == count {
                break;
            }
            times.push(i64::try_from(now).unwrap_or(i64::MAX));
            now = now.saturating_add(u64::from(step));
        }
    }
    if times.len() < count {
        return Err(ClipError::damaged("its tables disagree about the number of pictures"));
    }
    Ok((times, now))
}

fn delays(ctts: Option<&[u8]>, count: usize) -> Result<Vec<i64>, ClipError> {
    let mut delays = vec![0; count];
    let Some(ctts) = ctts else { return Ok(delays) };
    let mut index = 0;
    for [run, delay] in table::<2>(ctts, 0)? {
        for _ in 0..run {
            let Some(slot) = delays.get_mut(index) else { break };
            // Signed in version 1, and encoders write negative numbers into version 0 too.
            *slot = i64::from(delay.cast_signed());
            index += 1;
        }
    }
    Ok(delays)
}

/// Without a table every sample is one.
fn mark_sync(stss: Option<&[u8]>, samples: &mut [Sample]) -> Result<(), ClipError> {
    let Some(stss) = stss else {
        samples.iter_mut().for_each(|sample| sample.sync = true);
        return Ok(());
    };
    for [number] in table::<1>(stss, 0)? {
        if let Some(sample) = (number as usize).checked_sub(1).and_then(|index| samples.get_mut(index)) {
            sample.sync = true;
        }
    }
    if let Some(first) = samples.first_mut() {
        first.sync = true;
    }
    Ok(())
}

/// Units in a second, from the track's media header.
pub(super) fn time_scale(mdhd: &[u8]) -> Result<u32, ClipError> {
    // Version 1 has 64-bit times before it.
    let scale = if mdhd.first() == Some(&1) {
        u64_at(mdhd, 4)?;
        u32_at(mdhd, 20)?
    } else {
        u32_at(mdhd, 12)?
    };
    if scale == 0 { Err(ClipError::damaged("its clock stands still")) } else { Ok(scale) }
}
