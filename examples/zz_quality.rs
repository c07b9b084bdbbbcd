//! temp
use datafusion::prelude::*;
use datafusion_ml::*;
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let (file, sql, target, problem) = (&args[1], &args[2], &args[3], &args[4]);
    let seeds: u64 = args.get(5).map_or(5, |s| s.parse().unwrap());
    let mut sums = vec![0.0; 10];
    for seed in 0..seeds {
        let ctx = SessionContext::new();
        ctx.register_csv("t", file, CsvReadOptions::new()).await?;
        let ml = MlContext::new(ctx.clone(), ModelStore::in_memory()).await?;
        let mut spec = TrainSpec::new(ModelName::new(["m"]), target.as_str());
        spec.split = Split::Random { ratio: 0.7, seed };
        if problem == "r" {
            spec.problem = Some(ProblemChoice::Regression);
        }
        let df = ctx.sql(sql).await?;
        let t = std::time::Instant::now();
        let m = ml.create_model(spec, df, IfExists::Fail).await?.unwrap();
        if seed == 0 && args.len() > 6 {
            for l in m.report.lines() {
                println!("{:20} {:28} {:30} {}", l.section, l.item, l.value, l.detail);
            }
            println!("{:?}", t.elapsed());
        }
        for (i, x) in m.evaluation.metrics.iter().enumerate() {
            sums[i] += x.value / seeds as f64;
        }
        if seed == seeds - 1 {
            println!(
                "{file} {}",
                m.evaluation
                    .metrics
                    .iter()
                    .zip(&sums)
                    .map(|(m, s)| format!("{} {:.4}", m.name, s))
                    .collect::<Vec<_>>()
                    .join(", ")
            );
        }
    }
    Ok(())
}
