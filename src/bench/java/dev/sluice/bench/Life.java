package dev.sluice.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What one stream told, and when: to be told again elsewhere, the same bytes at the same pace. */
record Life(List<Told> events) {

    /** @param offset since the first event, in microseconds; what is no recorded event has no place */
    record Told(long offset, String name, int place, String data) {}

    /** From the lines of a stream as they came; the first event, at which every watcher stands, is left out. */
    static Life of(Iterable<Map.Entry<Long, String>> lines) {
        List<Told> told = new ArrayList<>();
        String name = "";
        int place = 0;
        long began = 0;
        for (Map.Entry<Long, String> line : lines) {
            String text = line.getValue();
            if (text.startsWith("event: ")) {
                name = text.substring(7);
            } else if (text.startsWith("id: ")) {
                place = Integer.parseInt(text.substring(text.lastIndexOf('.') + 1));
            } else if (text.startsWith("data: ")) {
                began = began == 0 && place > 1 ? line.getKey() : began;
                if (began > 0) {
                    told.add(new Told(line.getKey() - began, name, place, text.substring(6)));
                }
                place = 0;
            }
        }
        return new Life(told);
    }

    int lastPlace() {
        return events.stream().mapToInt(Told::place).max().orElse(0);
    }

    /** When each event of a generation was recorded, by its place, in microseconds: the log itself tells. */
    static Map<Integer, Long> recorded(Path database, String generation) {
        try (Connection log = DriverManager.getConnection("jdbc:sqlite:" + database);
                PreparedStatement query =
                        log.prepareStatement("select sequence, at from event where generation = ? order by sequence")) {
            query.setString(1, generation);
            Map<Integer, Long> moments = new TreeMap<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    moments.put(rows.getInt(1), rows.getLong(2) * 1_000);
                }
            }
            return moments;
        } catch (SQLException e) {
            throw new IllegalStateException("The log could not be read: " + database, e);
        }
    }
}
