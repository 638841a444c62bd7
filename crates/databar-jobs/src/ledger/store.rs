//! The statements, which both databases understand. They are compiled once for each database; `Db` and the
//! constants come from the parent module.

use sqlx::{Pool, QueryBuilder, Row as _, Transaction};

use super::{BEGIN, Db, NOW, SKIP_LOCKED};
use crate::ledger::model::{
    Attempt, ChunkRow, JobRow, JobState, Leased, NewChunk, NewInput, OutcomeRow, Tally, TaskEnd, Verdict,
};

type Result<T> = std::result::Result<T, sqlx::Error>;
type Row = <Db as sqlx::Database>::Row;

const JOB: &str = "id, name, target, max_credits, planned_at, inputs, committed, state, reason, hold_until - {now}, unpriced";
const CHUNK: &str = "number, first, last, inputs, estimate, state, begun_at, task, submitted_at, ended_at, credits, note, data";

/// The maximum number of rows in one statement: both databases limit the number of bound values.
const ROWS: usize = 1000;

fn sql(text: &str) -> String {
    text.replace("{job}", JOB)
        .replace("{chunk}", CHUNK)
        .replace("{now}", NOW)
        .replace("{lock}", SKIP_LOCKED)
}

#[derive(Debug, Clone)]
pub(crate) struct Store(pub(crate) Pool<Db>);

impl Store {
    async fn begin(&self) -> Result<Transaction<'static, Db>> {
        self.0.begin_with(BEGIN).await
    }

    pub(crate) async fn job_row(&self, name: &str) -> Result<Option<JobRow>> {
        let row = sqlx::query(&sql("SELECT {job} FROM jobs WHERE name = $1"))
            .bind(name)
            .fetch_optional(&self.0)
            .await?;
        row.as_ref().map(job).transpose()
    }

    pub(crate) async fn job_names(&self) -> Result<Vec<String>> {
        sqlx::query_scalar("SELECT name FROM jobs ORDER BY id")
            .fetch_all(&self.0)
            .await
    }

    /// Deletes a job if none of its chunks was sent. Returns whether it was deleted.
    pub(crate) async fn discard(&self, name: &str) -> Result<bool> {
        let mut transaction = self.begin().await?;
        // This locks the row, so that no submission of the job begins in the meantime.
        let text = "UPDATE jobs SET refusals = refusals WHERE name = $1 RETURNING id, committed";
        let row = sqlx::query(text)
            .bind(name)
            .fetch_optional(&mut *transaction)
            .await?;
        let Some(row) = row else {
            return Ok(false);
        };
        let (job, committed): (i64, f64) = (row.try_get(0)?, row.try_get(1)?);
        if committed > 1e-9 {
            // A chunk was in doubt, and is now planned again.
            return Ok(false);
        }
        let text =
            "SELECT COUNT(*) FROM chunks WHERE job = $1 AND (state <> 'planned' OR credits IS NOT NULL)";
        let sent: i64 = sqlx::query_scalar(text)
            .bind(job)
            .fetch_one(&mut *transaction)
            .await?;
        if sent > 0 {
            return Ok(false);
        }
        for text in [
            "DELETE FROM outcomes WHERE job = $1",
            "DELETE FROM origins WHERE job = $1",
            "DELETE FROM inputs WHERE job = $1",
            "DELETE FROM chunks WHERE job = $1",
            "DELETE FROM jobs WHERE id = $1",
        ] {
            sqlx::query(text).bind(job).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Creates the job if there is none of this name.
    pub(crate) async fn make_job(&self, name: &str, target: &str, max_credits: Option<f64>) -> Result<()> {
        let text = "INSERT INTO jobs (name, target, max_credits, created_at) VALUES ($1, $2, $3, {now}) \
                    ON CONFLICT (name) DO NOTHING";
        sqlx::query(&sql(text))
            .bind(name)
            .bind(target)
            .bind(max_credits)
            .execute(&self.0)
            .await?;
        Ok(())
    }

    pub(crate) async fn set_max_credits(&self, job: i64, max_credits: Option<f64>) -> Result<()> {
        sqlx::query("UPDATE jobs SET max_credits = $2 WHERE id = $1")
            .bind(job)
            .bind(max_credits)
            .execute(&self.0)
            .await?;
        Ok(())
    }

    pub(crate) async fn set_state(&self, job: i64, state: JobState, reason: Option<&str>) -> Result<()> {
        sqlx::query("UPDATE jobs SET state = $2, reason = $3, refusals = 0 WHERE id = $1")
            .bind(job)
            .bind(state.word())
            .bind(reason)
            .execute(&self.0)
            .await?;
        Ok(())
    }

    /// Stops or pauses a job that is active. The state that a person has chosen is kept.
    pub(crate) async fn halt(&self, job: i64, state: JobState, reason: &str) -> Result<()> {
        sqlx::query("UPDATE jobs SET state = $2, reason = $3 WHERE id = $1 AND state = 'active'")
            .bind(job)
            .bind(state.word())
            .bind(reason)
            .execute(&self.0)
            .await?;
        Ok(())
    }

    pub(crate) async fn hold(&self, job: i64, millis: i64) -> Result<()> {
        let text = "UPDATE jobs SET hold_until = {now} + $2 WHERE id = $1 AND hold_until < {now} + $2";
        sqlx::query(&sql(text))
            .bind(job)
            .bind(millis)
            .execute(&self.0)
            .await?;
        Ok(())
    }

    /// The inputs of the job with these digests: their digests, positions and chunks.
    pub(crate) async fn known(&self, job: i64, digests: &[&[u8]]) -> Result<Vec<(Vec<u8>, i64, i64)>> {
        let mut known = Vec::new();
        for digests in digests.chunks(ROWS) {
            // A subquery for each digest makes both databases use the index. With a list, they would read the
            // whole table when they lack statistics, as they do for a growing table.
            let mut query =
                QueryBuilder::<Db>::new("SELECT column1, (SELECT position FROM origins WHERE job = ");
            query
                .push_bind(job)
                .push(" AND digest = column1), (SELECT chunk FROM origins WHERE job = ")
                .push_bind(job)
                .push(" AND digest = column1) FROM (");
            query.push_values(digests, |mut row, digest| {
                row.push_bind(digest.to_vec());
            });
            query.push(") AS digests");
            for row in query.build().fetch_all(&self.0).await? {
                if let (Some(position), Some(chunk)) = (row.try_get(1)?, row.try_get(2)?) {
                    known.push((row.try_get(0)?, position, chunk));
                }
            }
        }
        Ok(known)
    }

    pub(crate) async fn next_chunk_number(&self, job: i64) -> Result<i64> {
        sqlx::query_scalar("SELECT COALESCE(MAX(number) + 1, 0) FROM chunks WHERE job = $1")
            .bind(job)
            .fetch_one(&self.0)
            .await
    }

    /// Adds inputs and the chunk that they form, all or nothing. False when another process has added inputs
    /// since.
    pub(crate) async fn add(
        &self,
        job: i64,
        chunk: Option<&NewChunk>,
        inputs: &[NewInput],
        before: i64,
        distinct: bool,
    ) -> Result<bool> {
        let mut transaction = self.begin().await?;
        let text = "UPDATE jobs SET inputs = $3, unpriced = unpriced + $4 WHERE id = $1 AND inputs = $2 AND planned_at IS NULL \
                    RETURNING id";
        let updated = sqlx::query(text)
            .bind(job)
            .bind(before)
            .bind(before + inputs.len() as i64)
            .bind(chunk.map_or(0, |chunk| chunk.unpriced))
            .fetch_optional(&mut *transaction)
            .await?;
        if updated.is_none() {
            // The inputs are there already when the answer to an earlier attempt was lost.
            let Some(last) = inputs.last() else {
                return Ok(false);
            };
            let text = "SELECT position FROM inputs WHERE job = $1 AND position = $2 AND digest = $3";
            let there = sqlx::query(text)
                .bind(job)
                .bind(last.position)
                .bind(last.digest.to_vec())
                .fetch_optional(&mut *transaction)
                .await?;
            return Ok(there.is_some());
        }
        for inputs in inputs.chunks(ROWS) {
            let mut query =
                QueryBuilder::<Db>::new("INSERT INTO inputs (job, position, origin, chunk, digest, params) ");
            query.push_values(inputs, |mut row, input| {
                row.push_bind(job)
                    .push_bind(input.position)
                    .push_bind(input.origin)
                    .push_bind(input.chunk)
                    .push_bind(input.digest.to_vec())
                    .push_bind(input.params.as_str());
            });
            query.build().execute(&mut *transaction).await?;
        }
        let origins: Vec<&NewInput> = inputs
            .iter()
            .filter(|input| distinct && input.origin == input.position)
            .collect();
        for origins in origins.chunks(ROWS) {
            let mut query = QueryBuilder::<Db>::new("INSERT INTO origins (job, digest, position, chunk) ");
            query.push_values(origins, |mut row, input| {
                row.push_bind(job)
                    .push_bind(input.digest.to_vec())
                    .push_bind(input.position)
                    .push_bind(input.chunk);
            });
            query.build().execute(&mut *transaction).await?;
        }
        if let Some(chunk) = chunk {
            let text = "INSERT INTO chunks (job, number, first, last, inputs, estimate) VALUES ($1, $2, $3, $4, $5, $6)";
            sqlx::query(text)
                .bind(job)
                .bind(chunk.number)
                .bind(chunk.first)
                .bind(chunk.last)
                .bind(chunk.inputs)
                .bind(chunk.estimate)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    pub(crate) async fn planned(&self, job: i64) -> Result<()> {
        sqlx::query(&sql(
            "UPDATE jobs SET planned_at = {now} WHERE id = $1 AND planned_at IS NULL",
        ))
        .bind(job)
        .execute(&self.0)
        .await?;
        Ok(())
    }

    /// The digests of `count` inputs in order, from a position on. Positions have no gaps.
    pub(crate) async fn digests(&self, job: i64, from: i64, count: i64) -> Result<Vec<Vec<u8>>> {
        sqlx::query_scalar(
            "SELECT digest FROM inputs WHERE job = $1 AND position >= $2 AND position < $2 + $3 ORDER BY position",
        )
        .bind(job)
        .bind(from)
        .bind(count)
        .fetch_all(&self.0)
        .await
    }

    /// Takes a lease on a chunk in this state: the first without a lease, or the one of this number.
    pub(crate) async fn lease(
        &self,
        job: i64,
        state: &str,
        number: Option<i64>,
        token: &str,
        millis: i64,
    ) -> Result<Option<Leased>> {
        let text = "UPDATE chunks SET token = $4, lease_until = {now} + $5 WHERE job = $1 AND number = ( \
                    SELECT number FROM chunks WHERE job = $1 AND state = $2 AND lease_until < {now} \
                    AND ($3 < 0 OR number = $3) ORDER BY number LIMIT 1 {lock}) \
                    RETURNING number, first, last, inputs, estimate, task, {now} - submitted_at";
        // Read to the end, not to the first row: only then is it certain whether the update was written.
        let rows = sqlx::query(&sql(text))
            .bind(job)
            .bind(state)
            .bind(number.unwrap_or(-1))
            .bind(token)
            .bind(millis)
            .fetch_all(&self.0)
            .await?;
        let leased = |row: Row| {
            Ok(Leased {
                number: row.try_get(0)?,
                first: row.try_get(1)?,
                last: row.try_get(2)?,
                inputs: row.try_get(3)?,
                estimate: row.try_get(4)?,
                task: row.try_get(5)?,
                age: row.try_get(6)?,
            })
        };
        rows.into_iter().next().map(leased).transpose()
    }

    /// Extends the lease. False when the lease was lost.
    pub(crate) async fn renew(&self, job: i64, number: i64, token: &str, millis: i64) -> Result<bool> {
        let text = "UPDATE chunks SET lease_until = {now} + $4 WHERE job = $1 AND number = $2 AND token = $3";
        let done = sqlx::query(&sql(text))
            .bind(job)
            .bind(number)
            .bind(token)
            .bind(millis)
            .execute(&self.0)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    pub(crate) async fn release(&self, job: i64, number: i64, token: &str) -> Result<()> {
        sqlx::query("UPDATE chunks SET lease_until = 0 WHERE job = $1 AND number = $2 AND token = $3")
            .bind(job)
            .bind(number)
            .bind(token)
            .execute(&self.0)
            .await?;
        Ok(())
    }

    /// Ends all leases, because the processes that held them are known to be gone.
    pub(crate) async fn release_all(&self) -> Result<()> {
        sqlx::query("UPDATE chunks SET lease_until = 0 WHERE lease_until > 0 AND state IN ('planned', 'begun', 'submitted')")
            .execute(&self.0)
            .await?;
        Ok(())
    }

    /// The inputs of a chunk as JSON, in order.
    pub(crate) async fn params(&self, job: i64, first: i64, last: i64) -> Result<Vec<(i64, String)>> {
        let text = "SELECT position, params FROM inputs WHERE job = $1 AND position BETWEEN $2 AND $3 \
                    AND origin = position ORDER BY position";
        let rows = sqlx::query(text)
            .bind(job)
            .bind(first)
            .bind(last)
            .fetch_all(&self.0)
            .await?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect()
    }

    /// Records that a submission begins, if the job is active, its limit leaves room for the chunk, and the
    /// lease has not expired.
    pub(crate) async fn start(&self, job: i64, chunk: &Leased, token: &str, millis: i64) -> Result<Attempt> {
        let mut transaction = self.begin().await?;
        let text = "UPDATE jobs SET committed = committed + $2 WHERE id = $1 AND state = 'active' AND hold_until <= {now} \
                    AND (max_credits IS NULL OR committed + $2 <= max_credits + 1e-9) RETURNING id";
        let reserved = sqlx::query(&sql(text))
            .bind(job)
            .bind(chunk.estimate)
            .fetch_optional(&mut *transaction)
            .await?;
        if reserved.is_some() {
            let text = "UPDATE chunks SET state = 'begun', begun_at = {now}, lease_until = {now} + $4, note = NULL \
                        WHERE job = $1 AND number = $2 AND token = $3 AND state = 'planned' AND lease_until > {now} \
                        RETURNING number";
            let begun = sqlx::query(&sql(text))
                .bind(job)
                .bind(chunk.number)
                .bind(token)
                .bind(millis)
                .fetch_optional(&mut *transaction)
                .await?;
            if begun.is_some() {
                transaction.commit().await?;
                return Ok(Attempt::Begun);
            }
        }
        // The submission is begun already when the answer to an earlier attempt was lost.
        let text = "SELECT number FROM chunks WHERE job = $1 AND number = $2 AND token = $3 AND state = 'begun' \
                    AND lease_until > {now}";
        let begun = sqlx::query(&sql(text))
            .bind(job)
            .bind(chunk.number)
            .bind(token)
            .fetch_optional(&mut *transaction)
            .await?;
        Ok(match (begun, reserved) {
            (Some(_), _) => Attempt::Begun,
            (None, Some(_)) => Attempt::LeaseLost,
            (None, None) => Attempt::NotNow,
        })
    }

    /// Records the task that a submission has started. False when the chunk no longer waits for it.
    pub(crate) async fn submitted(
        &self,
        job: i64,
        number: i64,
        token: &str,
        task: &str,
        millis: i64,
    ) -> Result<bool> {
        let text = "UPDATE chunks SET state = 'submitted', task = $4, submitted_at = {now}, lease_until = {now} + $5, \
                    note = NULL WHERE job = $1 AND number = $2 AND token = $3 \
                    AND (state IN ('begun', 'doubt') OR state = 'submitted' AND task = $4) RETURNING number";
        let mut transaction = self.begin().await?;
        let row = sqlx::query(&sql(text))
            .bind(job)
            .bind(number)
            .bind(token)
            .bind(task)
            .bind(millis)
            .fetch_optional(&mut *transaction)
            .await?;
        sqlx::query("UPDATE jobs SET refusals = 0 WHERE id = $1")
            .bind(job)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(row.is_some())
    }

    /// Records that a submission did not run: the chunk is planned again, or refused. Returns the number of
    /// refusals in a row.
    pub(crate) async fn not_run(
        &self,
        job: i64,
        chunk: &Leased,
        token: &str,
        refused: bool,
        note: &str,
    ) -> Result<i64> {
        let mut transaction = self.begin().await?;
        let text = "UPDATE chunks SET state = $4, note = $5, lease_until = 0, begun_at = NULL, \
                    ended_at = CASE WHEN $4 = 'refused' THEN {now} ELSE NULL END \
                    WHERE job = $1 AND number = $2 AND token = $3 AND state IN ('begun', 'doubt') RETURNING number";
        let row = sqlx::query(&sql(text))
            .bind(job)
            .bind(chunk.number)
            .bind(token)
            .bind(if refused { "refused" } else { "planned" })
            .bind(note)
            .fetch_optional(&mut *transaction)
            .await?;
        let text = "UPDATE jobs SET committed = committed - $2, refusals = refusals + $3 WHERE id = $1 RETURNING refusals";
        let refusals: i64 = sqlx::query_scalar(text)
            .bind(job)
            .bind(if row.is_some() { chunk.estimate } else { 0.0 })
            .bind(i64::from(refused))
            .fetch_one(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(refusals)
    }

    /// Records that the outcome of a submission is unknown.
    pub(crate) async fn doubt(&self, job: i64, number: i64, token: &str, note: &str) -> Result<()> {
        let text = "UPDATE chunks SET state = 'doubt', note = $4, ended_at = {now}, lease_until = 0 \
                    WHERE job = $1 AND number = $2 AND token = $3 AND state = 'begun'";
        sqlx::query(&sql(text))
            .bind(job)
            .bind(number)
            .bind(token)
            .bind(note)
            .execute(&self.0)
            .await?;
        Ok(())
    }

    /// Puts chunks in doubt whose submission was begun under a lease that has since expired.
    pub(crate) async fn doubt_abandoned(&self, job: i64, note: &str) -> Result<()> {
        let text = "UPDATE chunks SET state = 'doubt', note = $2, ended_at = {now} \
                    WHERE job = $1 AND state = 'begun' AND lease_until < {now}";
        sqlx::query(&sql(text))
            .bind(job)
            .bind(note)
            .execute(&self.0)
            .await?;
        Ok(())
    }

    /// Records the result of a task, all or nothing. False when it was recorded before.
    pub(crate) async fn end(&self, job: i64, chunk: &Leased, task: &str, end: &TaskEnd) -> Result<bool> {
        let mut transaction = self.begin().await?;
        let text = "UPDATE chunks SET state = $4, ended_at = {now}, lease_until = 0, credits = $5, found = $6, missing = $7, \
                    note = $8, data = $9 WHERE job = $1 AND number = $2 AND task = $3 AND state = 'submitted' \
                    RETURNING number";
        let row = sqlx::query(&sql(text))
            .bind(job)
            .bind(chunk.number)
            .bind(task)
            .bind(end.state)
            .bind(end.credits)
            .bind(end.count(Verdict::Found))
            .bind(end.count(Verdict::Nothing))
            .bind(end.note.as_deref())
            .bind(end.data.as_deref())
            .fetch_optional(&mut *transaction)
            .await?;
        if row.is_none() {
            return Ok(false);
        }
        for outcomes in end.outcomes.chunks(ROWS) {
            let mut query = QueryBuilder::<Db>::new("INSERT INTO outcomes (job, position, outcome, result) ");
            query.push_values(outcomes, |mut row, (position, verdict, result)| {
                row.push_bind(job)
                    .push_bind(*position)
                    .push_bind(verdict.word())
                    .push_bind(result.as_deref());
            });
            query.build().execute(&mut *transaction).await?;
        }
        // The cost of a task is not always known; the estimate counts then.
        let difference = end.credits.map_or(0.0, |credits| credits - chunk.estimate);
        sqlx::query("UPDATE jobs SET committed = committed + $2 WHERE id = $1")
            .bind(job)
            .bind(difference)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Plans a chunk again that is in doubt, refused, failed or expired; false if it is in none of these
    /// states.
    pub(crate) async fn plan_again(&self, job: i64, number: i64) -> Result<bool> {
        // What may have been paid for it before stays counted. The price of a refused chunk was never
        // counted.
        let text = "UPDATE chunks SET state = 'planned', token = NULL, lease_until = 0, begun_at = NULL, task = NULL, \
                    submitted_at = NULL, ended_at = NULL, note = NULL \
                    WHERE job = $1 AND number = $2 AND state IN ('doubt', 'refused', 'failed', 'expired')";
        let done = sqlx::query(text).bind(job).bind(number).execute(&self.0).await?;
        Ok(done.rows_affected() > 0)
    }

    /// Attaches to a chunk in doubt the task that it has started; false if it is not in doubt.
    pub(crate) async fn attach(&self, job: i64, number: i64, task: &str) -> Result<bool> {
        let text = "UPDATE chunks SET state = 'submitted', task = $3, submitted_at = begun_at, ended_at = NULL, note = NULL, \
                    lease_until = 0 WHERE job = $1 AND number = $2 AND state = 'doubt'";
        let done = sqlx::query(text)
            .bind(job)
            .bind(number)
            .bind(task)
            .execute(&self.0)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    pub(crate) async fn chunk(&self, job: i64, number: i64) -> Result<Option<ChunkRow>> {
        let row = sqlx::query(&sql("SELECT {chunk} FROM chunks WHERE job = $1 AND number = $2"))
            .bind(job)
            .bind(number)
            .fetch_optional(&self.0)
            .await?;
        row.as_ref().map(chunk).transpose()
    }

    /// The chunks in a state (or all, for an empty one) with numbers above `after`.
    pub(crate) async fn chunks(
        &self,
        job: i64,
        state: &str,
        after: i64,
        count: i64,
    ) -> Result<Vec<ChunkRow>> {
        let text = "SELECT {chunk} FROM chunks WHERE job = $1 AND ($2 = '' OR state = $2) AND number > $3 \
                    ORDER BY number LIMIT $4";
        let rows = sqlx::query(&sql(text))
            .bind(job)
            .bind(state)
            .bind(after)
            .bind(count)
            .fetch_all(&self.0)
            .await?;
        rows.iter().map(chunk).collect()
    }

    /// The counts of a job's chunks, by state.
    pub(crate) async fn tally(&self, job: i64) -> Result<Vec<Tally>> {
        let text = "SELECT state, CAST(SUM(inputs) AS BIGINT), CAST(SUM(found) AS BIGINT), \
                    CAST(SUM(missing) AS BIGINT), COALESCE(SUM(credits), 0.0), SUM(estimate) \
                    FROM chunks WHERE job = $1 GROUP BY state";
        let rows = sqlx::query(text).bind(job).fetch_all(&self.0).await?;
        rows.iter()
            .map(|row| {
                Ok(Tally {
                    state: row.try_get(0)?,
                    inputs: row.try_get(1)?,
                    found: row.try_get(2)?,
                    nothing: row.try_get(3)?,
                    credits: row.try_get(4)?,
                    estimate: row.try_get(5)?,
                })
            })
            .collect()
    }

    /// The outcomes of `count` inputs in order, from a position on. Positions have no gaps.
    pub(crate) async fn outcomes(&self, job: i64, from: i64, count: i64) -> Result<Vec<OutcomeRow>> {
        let text = "SELECT i.position, i.origin, i.params, c.number, c.state, c.note, o.outcome, o.result FROM inputs i \
                    JOIN chunks c ON c.job = i.job AND c.number = i.chunk \
                    LEFT JOIN outcomes o ON o.job = i.job AND o.position = i.origin \
                    WHERE i.job = $1 AND i.position >= $2 AND i.position < $2 + $3 ORDER BY i.position";
        let rows = sqlx::query(text)
            .bind(job)
            .bind(from)
            .bind(count)
            .fetch_all(&self.0)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(OutcomeRow {
                    position: row.try_get(0)?,
                    origin: row.try_get(1)?,
                    params: row.try_get(2)?,
                    chunk: row.try_get(3)?,
                    state: row.try_get(4)?,
                    note: row.try_get(5)?,
                    outcome: row.try_get(6)?,
                    result: row.try_get(7)?,
                })
            })
            .collect()
    }
}

fn job(row: &Row) -> Result<JobRow> {
    Ok(JobRow {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        target: row.try_get(2)?,
        max_credits: row.try_get(3)?,
        planned_at: row.try_get(4)?,
        inputs: row.try_get(5)?,
        committed: row.try_get(6)?,
        state: JobState::of(row.try_get(7)?),
        reason: row.try_get(8)?,
        hold: row.try_get(9)?,
        unpriced: row.try_get(10)?,
    })
}

fn chunk(row: &Row) -> Result<ChunkRow> {
    Ok(ChunkRow {
        number: row.try_get(0)?,
        first: row.try_get(1)?,
        last: row.try_get(2)?,
        inputs: row.try_get(3)?,
        estimate: row.try_get(4)?,
        state: row.try_get(5)?,
        begun_at: row.try_get(6)?,
        task: row.try_get(7)?,
        submitted_at: row.try_get(8)?,
        ended_at: row.try_get(9)?,
        credits: row.try_get(10)?,
        note: row.try_get(11)?,
        data: row.try_get(12)?,
    })
}
