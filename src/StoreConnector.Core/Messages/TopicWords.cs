using StoreConnector.Core.Guards;

namespace StoreConnector.Core.Messages;

/// <summary>What may be chosen, in words.</summary>
public static class TopicWords
{
    /// <summary>Its name, as a box is labelled.</summary>
    public static string Of(Purpose topic, string language) =>
        Words.Common(language)["topic." + Suppression.TopicOf(topic)];

    /// <summary>Several, within a sentence; in the order of <see cref="Choices.All"/>.</summary>
    public static string List(IReadOnlyCollection<Purpose> topics, string language)
    {
        var words = Words.Common(language);
        var names = Choices.All.Where(topics.Contains)
            .Select(topic => words["topicInText." + Suppression.TopicOf(topic)]).ToList();
        var comma = words["comma"] + " ";
        // The last one's own words are two already.
        return names.Count < 2 || topics.Contains(Purpose.Offers) ? string.Join(comma, names)
            : Words.Fill(words["topicInText.last"],
                name => name == "others" ? string.Join(comma, names[..^1]) : names[^1]);
    }
}
