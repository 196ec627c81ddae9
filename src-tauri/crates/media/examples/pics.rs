fn main() {
    let t = std::time::Instant::now();
    let p = sixshot_media::sample_pictures();
    println!("{:?}", t.elapsed());
    for (i, b) in p.iter().enumerate() {
        println!("{}", b.len());
        std::fs::write(format!("/tmp/look/sample{i}.jpg"), b).unwrap();
    }
}
